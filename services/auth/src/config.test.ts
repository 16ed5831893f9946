import { ConfigError } from '@chat-backend/service-kit';
import { readAuthConfig } from './config';

describe('the configuration of auth', () => {
  it('is strict unless told otherwise', () => {
    expect(readAuthConfig({})).toMatchObject({ exposeCodes: false, passwords: { bcryptCost: 12 }, mails: { publicUrl: 'http://localhost:2001' } });
  });

  it('refuses codes in replies and cheap hashes in production, naming both variables', () => {
    const start = () => readAuthConfig({ NODE_ENV: 'production', EXPOSE_OTP: 'true', BCRYPT_COST: '11' });
    expect(start).toThrow(ConfigError);
    expect(start).toThrow(/EXPOSE_OTP[^]*BCRYPT_COST/);
    expect(readAuthConfig({ NODE_ENV: 'production', PUBLIC_URL: 'https://chat.example.com/' }).mails).toMatchObject({ isProduction: true, publicUrl: 'https://chat.example.com' });
  });
});
