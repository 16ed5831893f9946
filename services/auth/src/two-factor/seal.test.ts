import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import { createLogger, createTokenVerifier, deriveKeys, type Keys, type ProcessContext } from '@chat-backend/service-kit';
import { createTestContext, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { password, startAuthUnderTest } from '../auth.fixture';
import { openAuthDatabase } from '../db';
import { startAuth } from '../main';
import { keepResealing, resealSecrets } from './reseal-secrets';
import { createSeal } from './seal';
import { appCode, callerFrom, forgetLastCode, handleFrom, ownersAddress, withApp, wrongAppCode } from './two-factor.fixture';

describe('a seal', () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];
  const secret = new Uint8Array(randomBytes(20));
  const owner = randomUUID();

  it('opens what it sealed, in its owner\'s row alone', () => {
    const seal = createSeal([first]);
    const sealed = seal.seal(secret, owner);
    expect(seal.open(sealed, owner)).toEqual(secret);
    expect(() => seal.open(sealed, randomUUID())).toThrow();
    expect(Buffer.from(sealed.sealed).includes(Buffer.from(secret))).toBe(false);
    expect(seal.seal(secret, owner).sealed).not.toEqual(sealed.sealed);
  });

  it('opens nothing that was changed', () => {
    const seal = createSeal([first]);
    const { sealed, keyId } = seal.seal(secret, owner);
    for (let index = 0; index < sealed.length; index++) {
      const changed = sealed.slice();
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => seal.open({ sealed: changed, keyId }, owner)).toThrow();
    }
  });

  it('opens under an older key, and not under an unknown one', () => {
    const sealed = createSeal([first]).seal(secret, owner);
    expect(createSeal([second, first]).open(sealed, owner)).toEqual(secret);
    expect(createSeal([second]).open(sealed, owner)).toBeUndefined();
  });
});

describe('a rotation of SECRET_KEY', () => {
  const keys = [1, 2, 3].map((number) => `secret key number ${number}, of 32 bytes or more`) as [string, string, string];
  const pepper = 'one pepper for all starts, of 32 bytes or more';
  const logger = createLogger({ level: 'silent', service: 'test' });
  const contextWith = (database: TestDatabase, current: string, previous?: string): ProcessContext => {
    const derived = deriveKeys(current, previous);
    return { ...createTestContext(database, { env: { PASSWORD_PEPPER: pepper } }), keys: derived, tokens: createTokenVerifier(derived.tokens) };
  };

  const keyIdOf = async (database: TestDatabase, email: string): Promise<string | undefined> =>
    (await database.query<{ key_id: string }>('select key_id from totp_secrets t join users u on u.id = t.user_id where email = $1', [email]))[0]?.key_id;

  it('moves every secret but those that are damaged, and tells of each', async () => {
    const auth = await startAuthUnderTest();
    const database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 1 });
    const lines: Record<string, unknown>[] = [];
    const listening = createLogger({ level: 'warn', service: 'test', destination: { write: (line) => { lines.push(JSON.parse(line) as Record<string, unknown>); } } });
    try {
      for (let users = 0; users < 3; users++) await withApp(auth);
      const [damaged = { userId: '' }] = await auth.database.query<{ userId: string }>('select user_id as "userId" from totp_secrets order by user_id');
      await auth.database.query('update totp_secrets set sealed = set_byte(sealed, 0, get_byte(sealed, 0) # 1) where user_id = $1', [damaged.userId]);
      const rotated = createSeal([deriveKeys(keys[0]).totpSecrets[0], auth.context.keys.totpSecrets[0]]);
      expect(await resealSecrets({ database, logger: listening, seal: rotated })).toBe(2);
      expect(lines).toMatchObject([{ userId: damaged.userId }, { unread: 1 }]);
    } finally {
      await database.close();
      await auth.stop();
    }
  });

  it('does not let strangers shut the owner out: where the owner was before is known, and stays so', async () => {
    const env = { PASSWORD_PEPPER: pepper, RATE_LIMIT_FACTOR: '0.05' };
    const auth = await startAuthUnderTest(env);
    const { email, secret } = await withApp(auth);
    const stranger = callerFrom(auth, '198.51.100.1');
    expect(await stranger('verify-user', { token: await handleFrom(stranger, email), otp: wrongAppCode(secret) })).toMatchObject({ status: 401, body: { code: 'WRONG_CODE' } });

    /** The answer to a sign-in with the right code from there, where auth has these keys. */
    const signInFrom = async (address: string, networks: Keys['networks']): Promise<number> => {
      const context = createTestContext(auth.database, { env });
      const service = await startAuth({ ...context, keys: { ...context.keys, networks } });
      const call = callerFrom({ ...auth, service }, address);
      try {
        await forgetLastCode(auth, email);
        return (await call('verify-user', { token: await handleFrom(call, email), otp: appCode(secret) })).status;
      } finally {
        await service.drain();
        await service.close();
      }
    };

    try {
      const [{ networks: [before] }, { networks: [current] }] = [auth.context.keys, deriveKeys(keys[0])];
      expect(await signInFrom(ownersAddress, [current])).toBe(429);
      expect(await signInFrom('198.51.100.2', [current, before])).toBe(429);
      expect(await signInFrom(ownersAddress, [current, before])).toBe(200);
      expect(await signInFrom(ownersAddress, [current])).toBe(200);
      expect(await signInFrom(ownersAddress, [before])).toBe(200);
    } finally {
      await auth.stop();
    }
  });

  it('loses no secret of an app: what the key before sealed is taken, and moved', async () => {
    const auth = await startAuthUnderTest({ PASSWORD_PEPPER: pepper });
    const { email, secret } = await withApp(auth);
    const database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 1 });
    const testKeys = auth.context.keys.totpSecrets;
    const rotated = createSeal([deriveKeys(keys[0]).totpSecrets[0], testKeys[0]]);

    /** The answer to a sign-in with the right code, where auth has these keys. */
    const signInWith = async (current: string, previous?: string): Promise<number> => {
      const service = await startAuth(contextWith(auth.database, current, previous));
      const call = (name: string, body: object) => request(service.app).post(`/api/v1/${name}`).send(body);
      try {
        await forgetLastCode(auth, email);
        const { data } = (await call('login', { email, password })).body as { data: { token: string } };
        return (await call('verify-user', { token: data.token, otp: appCode(secret) })).status;
      } finally {
        await service.drain();
        await service.close();
      }
    };

    try {
      expect(await signInWith(keys[0])).toBe(401);
      expect(await resealSecrets({ database, logger, seal: rotated })).toBe(1);
      expect(await resealSecrets({ database, logger, seal: rotated })).toBe(0);
      expect(await signInWith(keys[0])).toBe(200);
      expect(await signInWith(keys[1], keys[0])).toBe(200);
      expect(await resealSecrets({ database, logger, seal: createSeal(deriveKeys(keys[2]).totpSecrets) })).toBe(0);
      expect(await resealSecrets({ database, logger, seal: createSeal(deriveKeys(keys[1], keys[0]).totpSecrets) })).toBe(1);
      expect(await signInWith(keys[1])).toBe(200);
      const resealing = keepResealing({ database, logger, seal: createSeal(deriveKeys(keys[2], keys[1]).totpSecrets) }, 1);
      while (await keyIdOf(auth.database, email) !== createSeal(deriveKeys(keys[2]).totpSecrets).currentKeyId) await turnOfTheEventLoop();
      await resealing.stop();
      expect(await signInWith(keys[2])).toBe(200);
    } finally {
      await database.close();
      await auth.stop();
    }
  });
});
