import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '@chat-backend/contracts';
import { ConfigError } from '@chat-backend/service-kit';
import { readProcessConfig } from './read-process-config';
import { readSecretFiles, secretVariables } from './read-secret-files';

describe('secrets in files', () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'chat-backend-secrets-')); });
  afterAll(() => { rmSync(folder, { recursive: true }); });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const faultsOf = (env: NodeJS.ProcessEnv): string[] => {
    try {
      readSecretFiles(env);
    } catch (error) {
      if (error instanceof ConfigError) return error.faults;
      throw error;
    }
    return [];
  };

  it('stand in for their variables, without the end of the line', () => {
    const env = readSecretFiles({ SECRET_KEY_FILE: file('key', `${'k'.repeat(32)}\n`), DATABASE_URL_FILE: file('url', 'postgresql://chat:s3cret@postgres:5432/chat\n'), PORT: '2002' });
    expect(readProcessConfig(env, ['auth', 'social-graph', 'group', 'messaging', 'realtime', 'gateway'])).toMatchObject({
      secretKey: 'k'.repeat(32), databaseUrl: 'postgresql://chat:s3cret@postgres:5432/chat', port: 2002,
    });
  });

  it('may hold every secret that there is', () => {
    expect(secretVariables).toEqual(expect.arrayContaining(Object.keys(environment).filter((name) => /KEY|PEPPER|TOKEN/.test(name))));
  });

  it('that cannot be used are all named at once, without what is in them', () => {
    const key = file('both', 'a secret of more than thirty-two bytes');
    expect(faultsOf({ SECRET_KEY: 'x', SECRET_KEY_FILE: key, PASSWORD_PEPPER_FILE: file('nothing', '\n'), REDIS_URL_FILE: join(folder, 'missing'), SMTP_URL_FILE: '' })).toEqual([
      `REDIS_URL_FILE: ${join(folder, 'missing')} cannot be read (ENOENT)`,
      'SECRET_KEY_FILE: SECRET_KEY is set as well; set one of them',
      `PASSWORD_PEPPER_FILE: ${join(folder, 'nothing')} is empty`,
    ]);
  });
});
