import { ConfigError, readConfig } from './read-config';

describe('the environment', () => {
  it('is reported with every fault at once', () => {
    const read = () => readConfig({ PORT: 'many', SECRET_KEY: 'short', DATABASE_URL: 'mysql://x' }, ['PORT', 'SECRET_KEY', 'DATABASE_URL']);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT[^]*SECRET_KEY[^]*DATABASE_URL/);
  });
  it('takes an empty value for an absent one', () => {
    expect(readConfig({ PORT: '', REDIS_URL: '' }, ['PORT', 'REDIS_URL'])).toEqual({ PORT: 2001 });
  });
  it('takes lists apart', () => {
    expect(readConfig({ CORS_ORIGINS: 'https://a.example, https://b.example,' }, ['CORS_ORIGINS']).CORS_ORIGINS).toEqual(['https://a.example', 'https://b.example']);
  });
});
