import { environment, type Environment, type VariableName } from '@chat-backend/contracts';
import { z } from 'zod';

/** Thrown with every fault of the environment at once; its message is for people. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: string[]) {
    super(['The environment is not valid:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
}

/**
 * Validates the named variables and reports every fault together. An empty value counts as absent, as in `.env.example`.
 * @throws ConfigError
 */
export const readConfig = <Names extends VariableName>(env: NodeJS.ProcessEnv, names: readonly Names[]): Environment<Names> => {
  const shape = Object.fromEntries(names.map((name) => [name, environment[name].schema]));
  const given = Object.fromEntries(names.map((name) => [name, env[name] === '' ? undefined : env[name]]));
  const result = z.object(shape).safeParse(given);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  return result.data as Environment<Names>;
};
