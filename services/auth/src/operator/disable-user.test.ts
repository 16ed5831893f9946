import { randomUUID } from 'node:crypto';
import { createTokenSigner } from '@chat-backend/service-kit';
import { newEmail, password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';
import { auditLogOf, idOf, sessionOf } from '../audit/audit.fixture';
import { openAuthDatabase, type AuthDatabase } from '../db';
import { sendMail } from '../mails/send-mail';
import { startSession } from '../sessions/start-session';
import { openAuthForOperators, type AuthForOperators } from './open-for-operators';

const origin = { call: 'admin users disable', operator: 'olga' };

describe('an account that an operator disables', () => {
  let auth: AuthUnderTest;
  let operators: AuthForOperators;
  let database: AuthDatabase;
  beforeAll(async () => {
    auth = await startAuthUnderTest();
    database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 1 });
    operators = openAuthForOperators(auth.context);
  });
  afterAll(async () => {
    await database.close();
    await operators.close();
    await auth.stop();
  });

  const disabled = async (email: string): Promise<string> => {
    const id = await idOf(auth, email);
    await operators.disableUser(origin, id);
    return id;
  };
  const mailsTo = async (email: string): Promise<number> => (await auth.mailsTo(email)).length;

  it('signs nobody in, tells so to who knows the password alone, and signs in again when it is enabled', async () => {
    const email = await verifiedUser(auth);
    const id = await disabled(email);
    expect(await auth.call('login', { email, password })).toMatchObject({ status: 403, body: { code: 'ACCOUNT_DISABLED' } });
    expect(await auth.call('login', { email, password: 'wrong' })).toMatchObject({ status: 401, body: { code: 'WRONG_CREDENTIALS' } });
    expect([await operators.enableUser(origin, id), await operators.enableUser(origin, id)]).toEqual([true, false]);
    expect((await auth.call('login', { email, password })).status).toBe(200);
  });

  it('has no session any more, renews none, and announces their end', async () => {
    const email = await verifiedUser(auth);
    const { token, refreshToken } = (await auth.call('login', { email, password })).body.data;
    const announced: string[][] = [];
    auth.context.events.on('session.revoked', ({ sessionIds }) => { announced.push(sessionIds); });
    await disabled(email);
    expect(announced).toEqual([[sessionOf(token)]]);
    expect(await auth.call('get-user-details', { token })).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } });
    expect(await auth.call('refresh-token', { refreshToken })).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } });
  });

  it('is not opened by a reset, whose mail came before or is asked for after, and answers as before', async () => {
    const email = await verifiedUser(auth);
    const handle = (await auth.call('forgot-password', { email })).body.data.token;
    const otp = await auth.mailedCode(email);
    await disabled(email);
    const mails = await mailsTo(email);
    expect(await auth.call('update-password', { token: handle, otp, password: 'nine quiet otters' })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
    expect((await auth.call('forgot-password', { email })).status).toBe(200);
    expect((await auth.call('resend-email', { token: handle })).status).toBe(200);
    expect((await auth.call('register', { email, password: 'nine quiet otters' })).status).toBe(200);
    expect(await mailsTo(email)).toBe(mails);
  });

  it('keeps its password, and is not verified, when somebody registers an address that nobody verified', async () => {
    const email = newEmail();
    const handle = (await auth.call('register', { email, password })).body.data.token;
    const otp = await auth.mailedCode(email);
    const id = await disabled(email);
    expect((await auth.call('register', { email, password: 'nine quiet otters' })).status).toBe(200);
    expect(await auth.call('verify-user', { token: handle, otp })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
    await operators.enableUser(origin, id);
    expect(await operators.verifyUser(origin, id)).toBe('verified');
    expect((await auth.call('login', { email, password })).status).toBe(200);
  });

  it('neither confirms a sign-in that waits for its second factor nor begins another, nor reminds to verify', async () => {
    const email = await verifiedUser(auth, { twoFactor: true });
    const { token } = (await auth.call('login', { email, password })).body.data;
    const otp = await auth.mailedCode(email);
    await disabled(email);
    expect(await auth.call('verify-user', { token, otp })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
    const unverified = newEmail();
    await auth.call('register', { email: unverified, password });
    await disabled(unverified);
    for (const address of [email, unverified]) {
      const mails = await mailsTo(address);
      expect(await auth.call('login', { email: address, password })).toMatchObject({ status: 403, body: { code: 'ACCOUNT_DISABLED' } });
      expect(await mailsTo(address)).toBe(mails);
    }
  });

  it('starts no session, whatever way leads to one', async () => {
    const account = { id: await disabled(await verifiedUser(auth)), disabledAt: new Date() };
    const signer = createTokenSigner(auth.context.keys.tokens[0]);
    await expect(database.transaction((tables) => startSession({ signer, accessSeconds: 900 }, tables, origin, { account, userAgent: undefined })))
      .rejects.toMatchObject({ code: 'ACCOUNT_DISABLED' });
  });

  it('is sent no mail that waits', async () => {
    const [email, mailId] = [await verifiedUser(auth), randomUUID()];
    const id = await disabled(email);
    await auth.database.query("insert into mails (id, user_id, kind, address) values ($1, $2, 'twoFactorOn', $3)", [mailId, id, email]);
    const delivered: string[] = [];
    const counter = { inc: () => {} } as never;
    await sendMail({
      database, transport: { deliver: async ({ to }) => { delivered.push(to); }, close: async () => {} }, codeFor: () => '', linkFor: () => undefined,
      publicUrl: 'https://chat.test', metrics: { sent: counter, failed: counter, close: () => {} }, logger: auth.context.logger, attempts: 1,
    })(mailId);
    expect(delivered).toEqual([]);
    expect(await auth.database.query('select status, last_error from mails where id = $1', [mailId])).toEqual([{ status: 'failed', last_error: 'its account is disabled' }]);
  });

  it('stands in the audit log with who did it, and ends no session twice', async () => {
    const email = await verifiedUser(auth);
    const { token } = (await auth.call('login', { email, password })).body.data;
    const id = await idOf(auth, email);
    const recorded = await auditLogOf(auth).recordedBy(() => operators.disableUser(origin, id));
    const byOperator = { call: origin.call, user_id: null, subject_id: id, address: null, request_id: null };
    expect(recorded).toEqual([expect.objectContaining({ action: 'account.disabled', ...byOperator }), expect.objectContaining({ action: 'session.ended', object_id: sessionOf(token), ...byOperator })]);
    expect(await auth.database.query('select distinct operator from audit_log where subject_id = $1 and call = $2', [id, origin.call])).toEqual([{ operator: 'olga' }]);
    expect(await operators.disableUser(origin, id)).toBeUndefined();
  });
});

describe('in contract mode an account that an operator disables', () => {
  it('is opened neither by login nor by forgot-password', async () => {
    const auth = await startAuthUnderTest({ EXPOSE_OTP: 'true' });
    const operators = openAuthForOperators(auth.context);
    const email = newEmail();
    const { token } = (await auth.call('register', { email, password })).body.data;
    await operators.disableUser(origin, await idOf(auth, email));
    for (const [name, body] of [['login', { email, password }], ['forgot-password', { email }]] as const) {
      expect(await auth.call(name, body)).toMatchObject({ status: 403, body: { code: 'ACCOUNT_DISABLED' } });
    }
    for (const [name, body] of [['verify-user', {}], ['resend-email', {}], ['update-password', { password: 'nine quiet otters' }]] as const) {
      expect(await auth.call(name, { token, ...body })).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } });
    }
    await operators.close();
    await auth.stop();
  });
});
