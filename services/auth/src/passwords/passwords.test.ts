import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@chat-backend/service-kit';
import type { PasswordConfig } from '../config';
import { password, startAuthUnderTest, verifiedUser } from '../auth.fixture';
import { startAuth } from '../main';
import { createTestContext } from '@chat-backend/testing';
import request from 'supertest';
import { createPasswords, noPasswordInPlaceOf } from './passwords';
import { noPepper, readPeppers } from './peppers';

const logged: string[] = [];
const logger = createLogger({ level: 'warn', service: 'test', destination: { write: (line) => { logged.push(line); } } });
const folder = () => mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'peppers-'));
const config = (given: Partial<PasswordConfig>): PasswordConfig => ({ isProduction: false, bcryptCost: 4, pepper: undefined, previousPepper: undefined, ...given });
const passwordsWith = async (given: Partial<PasswordConfig>, dataDir = folder()) =>
  createPasswords({ peppers: await readPeppers(config(given), dataDir, logger), bcryptCost: given.bcryptCost ?? 4, logger });
const [firstPepper, secondPepper] = ['the first pepper, long enough for all', 'the second pepper, long enough for all'];

describe('passwords', () => {
  it('count to their last byte, and keep bytes that bcrypt would stop at', async () => {
    const passwords = await passwordsWith({ pepper: firstPepper });
    const long = 'x'.repeat(127);
    const stored = await passwords.hash(`${long}a`);
    expect(await passwords.verify(`${long}a`, stored)).toEqual({ matches: true, outdated: false });
    expect((await passwords.verify(`${long}b`, stored)).matches).toBe(false);
  });

  it('match nothing where nobody is', async () => {
    const passwords = await passwordsWith({ pepper: firstPepper });
    expect(await passwords.verify(password, undefined)).toEqual({ matches: false, outdated: false });
  });

  it('are still taken under the pepper before, which makes them outdated; not under one that is gone', async () => {
    const stored = await (await passwordsWith({ pepper: firstPepper })).hash(password);
    expect(await (await passwordsWith({ pepper: secondPepper, previousPepper: firstPepper })).verify(password, stored)).toEqual({ matches: true, outdated: true });
    expect(await (await passwordsWith({ pepper: secondPepper })).verify(password, stored)).toEqual({ matches: false, outdated: false });
    expect(logged.at(-1)).toContain('PASSWORD_PEPPER_PREVIOUS');
  });

  it('are hashed alike beside a hash of the same, and never otherwise', async () => {
    const passwords = await passwordsWith({ pepper: firstPepper });
    const stored = await passwords.hash(password);
    expect(await passwords.hash(password, stored)).toEqual(stored);
    expect((await passwords.hash(password)).passwordHash).not.toBe(stored.passwordHash);
    const another = await passwords.hash(`${password}!`, stored);
    expect(another.passwordHash).not.toBe(stored.passwordHash);
    expect((await passwords.verify(`${password}!`, another)).matches).toBe(true);
  });

  it.each([
    ['pepper', { pepper: secondPepper, previousPepper: firstPepper }],
    ['cost', { pepper: firstPepper, bcryptCost: 5 }],
  ])('take nothing over from a hash of another %s', async (_what, given) => {
    const stored = await (await passwordsWith({ pepper: firstPepper })).hash(password);
    const today = await passwordsWith(given);
    expect(await today.verify(password, await today.hash(password, stored))).toEqual({ matches: true, outdated: false });
  });

  it('match nothing where one was taken away', async () => {
    const passwords = await passwordsWith({ pepper: firstPepper });
    expect(await passwords.verify(password, noPasswordInPlaceOf(await passwords.hash(password)))).toEqual({ matches: false, outdated: false });
  });

  it('are outdated when the cost changed', async () => {
    const stored = await (await passwordsWith({ pepper: firstPepper })).hash(password);
    expect(await (await passwordsWith({ pepper: firstPepper, bcryptCost: 5 })).verify(password, stored)).toEqual({ matches: true, outdated: true });
  });
});

describe('the pepper', () => {
  it('is generated once where none is set, for its owner only', async () => {
    const dataDir = join(folder(), 'made');
    const both = await Promise.all([readPeppers(config({}), dataDir, logger), readPeppers(config({}), dataDir, logger)]);
    const later = await readPeppers(config({}), dataDir, logger);
    expect(new Set([...both, later].map(({ current }) => current.id)).size).toBe(1);
    expect(readdirSync(dataDir)).toEqual(['password-pepper']);
    expect(statSync(join(dataDir, 'password-pepper')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, 'password-pepper'), 'utf8').trim()).toHaveLength(64);
  });

  it('is not generated in production: a warning, and hashes without one', async () => {
    logged.length = 0;
    const dataDir = folder();
    const { current } = await readPeppers(config({ isProduction: true }), dataDir, logger);
    expect(current).toBe(noPepper);
    expect(logged.join()).toContain('PASSWORD_PEPPER is not set');
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('that was generated is accepted after another is set', async () => {
    const dataDir = folder();
    const stored = await (await passwordsWith({}, dataDir)).hash(password);
    expect(await (await passwordsWith({ pepper: firstPepper }, dataDir)).verify(password, stored)).toEqual({ matches: true, outdated: true });
  });
});

describe('a login', () => {
  it('re-hashes when the pepper and the cost changed, and several at once all succeed', async () => {
    const auth = await startAuthUnderTest({ PASSWORD_PEPPER: firstPepper });
    const email = await verifiedUser(auth);
    const stored = async () => (await auth.database.query<{ password_hash: string; pepper_id: string }>('select password_hash, pepper_id from users where email = $1', [email]))[0];
    const before = await stored();
    const renewed = await startAuth(createTestContext(auth.database, { env: { PASSWORD_PEPPER: secondPepper, PASSWORD_PEPPER_PREVIOUS: firstPepper, BCRYPT_COST: '5' } }));
    try {
      const replies = await Promise.all([1, 2, 3].map(() => request(renewed.app).post('/api/v1/login').send({ email, password })));
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
      const after = await stored();
      expect(after?.pepper_id).not.toBe(before?.pepper_id);
      expect(after?.password_hash).toMatch(/^\$2b\$05\$/);
    } finally {
      await renewed.drain();
      await renewed.close();
      await auth.stop();
    }
  });
});
