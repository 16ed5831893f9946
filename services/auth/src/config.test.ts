import { ConfigError } from '@chat-backend/service-kit';
import { readAuthConfig } from './config';

describe('the configuration of auth', () => {
  it('is strict unless told otherwise', () => {
    expect(readAuthConfig({})).toMatchObject({ exposeCodes: false, passwords: { bcryptCost: 12 }, mails: { publicUrl: 'http://localhost:2001' } });
  });

  it('keeps accounts whose address nobody verified for thirty days, or as long as it is told, and for ever in contract mode', () => {
    const days = (env: NodeJS.ProcessEnv) => readAuthConfig(env).unverifiedAccountDays;
    expect([days({}), days({ UNVERIFIED_ACCOUNT_DAYS: '7' }), days({ UNVERIFIED_ACCOUNT_DAYS: '0' }), days({ EXPOSE_OTP: 'true' })]).toEqual([30, 7, 0, 0]);
  });

  it('refuses codes in replies and cheap hashes in production, naming both variables', () => {
    const start = () => readAuthConfig({ NODE_ENV: 'production', EXPOSE_OTP: 'true', BCRYPT_COST: '11' });
    expect(start).toThrow(ConfigError);
    expect(start).toThrow(/EXPOSE_OTP[^]*BCRYPT_COST/);
    expect(() => readAuthConfig({ NODE_ENV: 'production', EXPOSE_OTP: 'true' })).toThrow('EXPOSE_OTP');
    expect(() => readAuthConfig({ NODE_ENV: 'production', BCRYPT_COST: '11' })).toThrow('BCRYPT_COST');
    expect(readAuthConfig({ NODE_ENV: 'production', PUBLIC_URL: 'https://chat.example.com/' }).mails).toMatchObject({ isProduction: true, publicUrl: 'https://chat.example.com' });
  });

  it('refuses the key of the tokens as the key of the passwords, everywhere', () => {
    const key = 'one key for everything, thirty-two bytes';
    for (const name of ['SECRET_KEY', 'SECRET_KEY_PREVIOUS']) expect(() => readAuthConfig({ PASSWORD_PEPPER: key, [name]: key })).toThrow('PASSWORD_PEPPER: must not be the SECRET_KEY');
    expect(readAuthConfig({ PASSWORD_PEPPER: key, SECRET_KEY: `${key}!` }).passwords.pepper).toBe(key);
  });
});
