import { readFileSync } from 'node:fs';
import type { VariableName } from '@chat-backend/contracts';
import { ConfigError } from '@chat-backend/service-kit';

/** What holds a secret. Container platforms mount secrets as files, which neither `docker inspect` nor a child process shows. */
export const secretVariables = [
  'DATABASE_URL', 'DB_URL', 'REDIS_URL', 'SMTP_URL', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS', 'PASSWORD_PEPPER', 'PASSWORD_PEPPER_PREVIOUS', 'OPERATOR_TOKEN',
] as const satisfies readonly VariableName[];

const isGiven = (value: string | undefined): value is string => value !== undefined && value !== '';

/**
 * The environment with the secrets that it names files of: `SECRET_KEY_FILE` says where SECRET_KEY stands.
 * @throws ConfigError naming every file that cannot be used
 */
export const readSecretFiles = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const secrets: NodeJS.ProcessEnv = {};
  const faults: string[] = [];
  for (const name of secretVariables) {
    const file = env[`${name}_FILE`];
    if (!isGiven(file)) continue;
    if (isGiven(env[name])) { faults.push(`${name}_FILE: ${name} is set as well; set one of them`); continue; }
    try {
      secrets[name] = readFileSync(file, 'utf8').trim();
      if (secrets[name] === '') faults.push(`${name}_FILE: ${file} is empty`);
    } catch (error) {
      faults.push(`${name}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return { ...env, ...secrets };
};
