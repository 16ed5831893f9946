import { serviceNames } from '@chat-backend/contracts';
import { ConfigError } from '@chat-backend/service-kit';
import { installationFolder } from './installation';
import { readProcessConfig } from './read-process-config';

const faultsOf = (env: NodeJS.ProcessEnv, services: readonly (typeof serviceNames)[number][] = serviceNames): string[] => {
  try {
    readProcessConfig(env, services);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};
const secret = 'a secret key that is long enough for it';

describe('the environment of a process', () => {
  it('may be empty where all services run here', () => {
    expect(faultsOf({})).toEqual([]);
    expect(readProcessConfig({}, serviceNames)).toMatchObject({ port: 2001, isWhole: true, isContractMode: false, databaseUrl: undefined, dataDir: `${installationFolder}/.data` });
  });

  it('is reported with all its faults at once, whatever service they are for', () => {
    const faults = faultsOf({
      NODE_ENV: 'production', PORT: 'http', SECRET_KEY: 'short', EXPOSE_OTP: 'true', BCRYPT_COST: '10', SMTP_URL: 'mail.example.com', DB_URL: 'mysql://db',
      TRUST_PROXY: 'the balancer', PASSWORD_PEPPER: secret, OPERATOR_TOKEN: secret,
    });
    const names = ['BCRYPT_COST', 'DB_URL', 'EXPOSE_OTP', 'OPERATOR_TOKEN', 'PORT', 'SECRET_KEY', 'SMTP_URL', 'TRUST_PROXY'];
    expect(faults.map((fault) => fault.split(':')[0]).toSorted()).toEqual(names);
  });

  it.each([
    ['a missing secret key', {}, 'SECRET_KEY: is required in production'],
    ['an empty secret key', { SECRET_KEY: '' }, 'SECRET_KEY: is required in production'],
    ['a short secret key', { SECRET_KEY: 'x'.repeat(31) }, 'SECRET_KEY: must be at least 32 bytes'],
    ['contract mode', { SECRET_KEY: secret, EXPOSE_OTP: 'true' }, 'EXPOSE_OTP: must not be true in production'],
    ['cheap password hashes', { SECRET_KEY: secret, BCRYPT_COST: '11' }, 'BCRYPT_COST: must be at least 12 in production'],
  ])('refuses %s in production', (_what, env, fault) => {
    expect(faultsOf({ NODE_ENV: 'production', ...env })).toEqual([expect.stringContaining(fault)]);
  });

  it('refuses one secret for two purposes, everywhere', () => {
    for (const name of ['SECRET_KEY', 'SECRET_KEY_PREVIOUS']) expect(faultsOf({ PASSWORD_PEPPER: secret, [name]: secret })).toEqual([expect.stringContaining('PASSWORD_PEPPER: must not be')]);
    for (const name of ['SECRET_KEY', 'SECRET_KEY_PREVIOUS', 'PASSWORD_PEPPER']) expect(faultsOf({ OPERATOR_TOKEN: secret, [name]: secret })).toEqual([expect.stringContaining('OPERATOR_TOKEN: must not be')]);
  });

  it('allows the same elsewhere', () => {
    expect(faultsOf({ EXPOSE_OTP: 'true', BCRYPT_COST: '4' })).toEqual([]);
  });

  it('counts a secret key in bytes', () => {
    expect(faultsOf({ NODE_ENV: 'production', SECRET_KEY: 'é'.repeat(16) })).toEqual([]);
  });

  it('needs Redis, the database and the services that are called, where not all services run here', () => {
    const faults = faultsOf({}, ['gateway', 'auth', 'realtime']);
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(['REDIS_URL', 'DATABASE_URL', 'SOCIAL_GRAPH_URL', 'GROUP_URL', 'MESSAGING_URL']);
    expect(faults.at(-1)).toBe('MESSAGING_URL: is required, as messaging is called from here and does not run in this process');
  });

  it('takes several addresses of each service', () => {
    const { addresses } = readProcessConfig({ REDIS_URL: 'redis://r', AUTH_URL: 'http://a1, http://a2', MESSAGING_URL: 'http://m' }, ['realtime']);
    expect(addresses).toMatchObject({ auth: ['http://a1', 'http://a2'], messaging: ['http://m'], group: [] });
  });

  it('needs no database for services that hold no data', () => {
    expect(faultsOf({ REDIS_URL: 'redis://r', AUTH_URL: 'http://a', MESSAGING_URL: 'http://m1,http://m2' }, ['realtime'])).toEqual([]);
  });

  it('takes DB_URL for DATABASE_URL, and refuses two that differ', () => {
    expect(readProcessConfig({ DB_URL: 'postgres://db/chat' }, serviceNames).databaseUrl).toBe('postgres://db/chat');
    expect(faultsOf({ DB_URL: 'postgres://db/chat', DATABASE_URL: 'postgres://db/other' })).toHaveLength(1);
  });

  it('starts services in the order in which they need each other, each once', () => {
    expect(readProcessConfig({}, [...serviceNames].reverse()).services).toEqual(serviceNames);
  });
});
