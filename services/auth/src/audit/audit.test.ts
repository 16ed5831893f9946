import { newId } from '@chat-backend/database';
import { accountHash, clientAddressHeader, createAddressSigner } from '@chat-backend/service-kit';
import { newEmail, otherThan, password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';
import { openAuthDatabase } from '../db';
import { auditLogOf, idOf, secretsIn, sessionOf, type AuditLog } from './audit.fixture';
import { deleteOldEntries } from './delete-old-entries';

describe('the audit log of accounts', () => {
  let auth: AuthUnderTest;
  let log: AuditLog;
  beforeAll(async () => {
    auth = await startAuthUnderTest();
    log = auditLogOf(auth);
  });
  afterAll(() => auth.stop());

  const where = { request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, address: '127.0.0.1', times: 1 };

  it('has a registration and its verification', async () => {
    const email = newEmail();
    const recorded = await log.recordedBy(async () => {
      await auth.call('register', { email, password });
      await auth.call('verify-user', { token: await auth.mailedToken(email) });
    });
    const id = await idOf(auth, email);
    expect(recorded).toMatchObject([
      { action: 'account.registered', user_id: null, subject_id: id, call: 'register', ...where },
      { action: 'account.verified', user_id: id, call: 'verify-user', ...where },
    ]);
  });

  it('has each sign-in with its session, by one factor and by two', async () => {
    const [email, careful] = [await verifiedUser(auth), await verifiedUser(auth, { twoFactor: true })];
    let sessions: string[] = [];
    const recorded = await log.recordedBy(async () => {
      const { token } = (await auth.call('login', { email, password })).body.data;
      const handle = (await auth.call('login', { email: careful, password })).body.data.token;
      const second = (await auth.call('verify-user', { token: handle, otp: await auth.mailedCode(careful) })).body.data.token;
      sessions = [sessionOf(token), sessionOf(second)];
    });
    expect(recorded).toMatchObject([
      { action: 'session.started', call: 'login', user_id: await idOf(auth, email), object_id: sessions[0], ...where },
      { action: 'session.started', call: 'verify-user', user_id: await idOf(auth, careful), object_id: sessions[1], ...where },
    ]);
  });

  it('has each wrong password: the account where there is one, a hash of the address where there is none', async () => {
    const [known, unknown] = [await verifiedUser(auth), newEmail()];
    const recorded = await log.recordedBy(async () => {
      await auth.call('login', { email: known, password: 'wrong' });
      await auth.call('login', { email: unknown, password: 'wrong' });
    }, 2);
    const refused = { action: 'credentials.refused', code: 'WRONG_CREDENTIALS', call: 'login', user_id: null, object_id: null, ...where };
    expect(recorded).toEqual([
      { ...refused, subject_id: await idOf(auth, known), account_hash: null },
      { ...refused, subject_id: null, account_hash: accountHash(auth.context.keys.audit, unknown) },
    ]);
  });

  it('has wrong codes, a reset, and the sessions that it ended', async () => {
    const email = await verifiedUser(auth);
    const session = sessionOf((await auth.call('login', { email, password })).body.data.token);
    const recorded = await log.recordedBy(async () => {
      const { token } = (await auth.call('forgot-password', { email })).body.data;
      const otp = await auth.mailedCode(email);
      await auth.call('update-password', { token, password: 'brand new one', otp: otherThan(otp) });
      await auth.call('update-password', { token, password: 'brand new one', otp });
      await auth.call('update-password', { token, password: 'brand new one', otp });
    }, 2);
    const id = await idOf(auth, email);
    expect(recorded.filter(({ code }) => code === null)).toMatchObject([
      { action: 'reset.requested', user_id: null, subject_id: id, call: 'forgot-password', ...where },
      { action: 'password.reset', user_id: id, call: 'update-password', ...where },
      { action: 'session.ended', user_id: id, object_id: session, call: 'update-password', ...where },
    ]);
    expect(recorded.filter(({ code }) => code !== null)).toMatchObject([
      { action: 'code.refused', code: 'WRONG_CODE', subject_id: id, user_id: null, call: 'update-password', ...where },
      { action: 'code.refused', code: 'CHALLENGE_EXPIRED', subject_id: id, call: 'update-password', ...where },
    ]);
  });

  it('has a change of the password, a logout, and a refresh token that came again', async () => {
    const email = await verifiedUser(auth);
    const [mine, stolen] = [(await auth.call('login', { email, password })).body.data, (await auth.call('login', { email, password })).body.data];
    const recorded = await log.recordedBy(async () => {
      await auth.call('refresh-token', { refreshToken: stolen.refreshToken });
      await auth.database.query("update refresh_tokens set used_at = used_at - interval '11 seconds' where session_id = $1", [sessionOf(stolen.token)]);
      await auth.call('refresh-token', { refreshToken: stolen.refreshToken });
      await auth.call('update-password', { token: mine.token, password: 'brand new one', currentPassword: password });
      await auth.call('logout', { token: mine.token });
    }, 1);
    const id = await idOf(auth, email);
    expect(recorded.filter(({ code }) => code === null)).toMatchObject([
      { action: 'refresh-token.reused', user_id: null, subject_id: id, object_id: sessionOf(stolen.token), call: 'refresh-token' },
      { action: 'session.ended', user_id: id, object_id: sessionOf(stolen.token), call: 'refresh-token' },
      { action: 'password.changed', user_id: id, call: 'update-password' },
      { action: 'session.ended', user_id: id, object_id: sessionOf(mine.token), call: 'logout' },
    ]);
  });

  it('has the address that the gateway tells, and none that a client makes up', async () => {
    const email = await verifiedUser(auth);
    const told = (address: string, key = auth.context.keys.internal[0]) => ({ [clientAddressHeader]: createAddressSigner(key)(address) });
    const recorded = await log.recordedBy(async () => {
      await auth.call('login', { email, password }, told('203.0.113.9'));
      await auth.call('login', { email, password: 'wrong' }, told('203.0.113.9'));
      await auth.call('login', { email, password }, told('203.0.113.9', Buffer.from('a key of their own')));
    }, 1);
    expect(recorded.map(({ action, address }) => [action, address]).toSorted()).toEqual([
      ['credentials.refused', '203.0.113.9'], ['session.started', '127.0.0.1'], ['session.started', '203.0.113.9'],
    ]);
  });

  it('has nothing of what was not committed', async () => {
    const email = await verifiedUser(auth);
    await auth.database.query("alter table refresh_tokens add constraint refused check (false) not valid");
    try {
      expect(await log.recordedBy(async () => { expect((await auth.call('login', { email, password })).status).toBe(500); })).toEqual([]);
    } finally {
      await auth.database.query('alter table refresh_tokens drop constraint refused');
    }
  });

  it('holds no address, password, code or token', async () => {
    const email = await verifiedUser(auth);
    const secrets = [email, password, 'wrong secret', 'brand new secret'];
    await log.recordedBy(async () => {
      const { token, refreshToken } = (await auth.call('login', { email, password })).body.data;
      await auth.call('login', { email, password: 'wrong secret' });
      await auth.call('update-password', { token, password: 'brand new secret', currentPassword: 'wrong secret' });
      const reset = (await auth.call('forgot-password', { email })).body.data.token;
      const otp = await auth.mailedCode(email);
      await auth.call('update-password', { token: reset, password: 'brand new secret', otp: otherThan(otp) });
      await auth.call('update-password', { token: reset, password: 'brand new secret', otp });
      secrets.push(token, refreshToken, reset, otp);
    }, 3);
    const text = await log.text();
    expect(text).toContain('WRONG_CODE');
    expect(secretsIn(text, secrets)).toEqual([]);
  });

  it('takes what gateway and realtime gathered, once, and no more than an entry has', async () => {
    const gathered = { id: newId(), happenedAt: new Date().toISOString(), times: 2, action: 'rate.limited', code: 'RATE_LIMITED', call: 'login', address: '203.0.113.7' } as const;
    const entries = [{ ...gathered, secret: 'planted' }];
    const recorded = await log.recordedBy(async () => {
      expect(await auth.service.internal['record-audit']?.({ entries })).toEqual({ recorded: 1 });
      await auth.service.internal['record-audit']?.({ entries });
    });
    expect(recorded).toMatchObject([{ action: 'rate.limited', code: 'RATE_LIMITED', address: '203.0.113.7', times: 2 }]);
  });

  it('forgets what is older than it is kept, in bounded steps', async () => {
    const old = Array.from({ length: 7 }, () => newId());
    await auth.database.query("insert into audit_log (id, action, happened_at) select id, 'session.started', now() - interval '41 days' from unnest($1::uuid[]) id", [old]);
    const before = (await log.rows()).length;
    const database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 1 });
    await deleteOldEntries(database, 40, 3);
    await database.close();
    expect(before - (await log.rows()).length).toBe(7);
  });
});
