import { auditActions, type AuditAction, type EndpointName } from '@chat-backend/contracts';
import { newEmail, password, startAuthUnderTest, type AuthUnderTest } from '../auth.fixture';
import { appCode, callerFrom, forgetLastCode, handleFrom, ownersAddress, signedIn, withApp, withMail, wrongAppCode, type Caller } from '../two-factor/two-factor.fixture';
import { auditLogOf, idOf, secretsIn, sessionOf, type AuditLog, type AuditRow } from './audit.fixture';

/** Group has tests of its own for what it writes, @chat-backend/testing for the end of a deletion, operator/ for what operators do, and personal-data/ for what the sweep does. */
const writtenElsewhere = [
  'group.owner-changed', 'group.member-removed', 'account.deleted', 'account.expired', 'account.created', 'account.disabled', 'account.enabled', 'mail.retried',
] as const satisfies readonly AuditAction[];
type ActionHere = Exclude<AuditAction, (typeof writtenElsewhere)[number]>;

/** What was prepared: the call that is watched, and the entry that it leaves. */
interface Watched {
  name: EndpointName;
  call: () => Promise<unknown>;
  entry: Partial<AuditRow>;
  /** What it leaves beside that entry. */
  beside?: readonly AuditAction[];
}

const secretFields = new Set(['email', 'password', 'currentPassword', 'token', 'refreshToken', 'otp', 'secret', 'uri', 'recoveryCodes', 'userName']);
/** Every text under a name that is a secret's, however deep. */
const secretsOf = (value: unknown, isSecret = false): string[] =>
  typeof value === 'string' ? (isSecret ? [value] : [])
    : typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => secretsOf(inner, isSecret || secretFields.has(key))) : [];

describe('the audit log', () => {
  let auth: AuthUnderTest;
  let log: AuditLog;
  const heard = new Set<string>();
  beforeAll(async () => {
    auth = await startAuthUnderTest({ RATE_LIMIT_FACTOR: '1' });
    log = auditLogOf(auth);
  });
  afterAll(() => auth.stop());

  /** Keeps what is secret in calls and replies. */
  const hearing = (call: Caller): Caller => async (name, body = {}) => {
    const reply = await call(name, body);
    for (const secret of secretsOf([body, reply.body])) heard.add(secret);
    return reply;
  };
  const callFrom = (address: string): Caller => hearing(callerFrom(auth, address));
  const person = async () => {
    const user = await signedIn(auth);
    return { ...user, id: await idOf(auth, user.email), call: hearing(user.call) };
  };
  const personWithApp = async () => {
    const user = await withApp(auth);
    for (const secret of secretsOf(user)) heard.add(secret);
    return { ...user, id: await idOf(auth, user.email), call: hearing(user.call) };
  };
  const anotherSession = async ({ call, email }: { call: Caller; email: string }): Promise<string> => (await call('login', { email, password })).body.data.token;

  const flows: Record<ActionHere, () => Promise<Watched>> = {
    'account.registered': async () => {
      const email = newEmail();
      return { name: 'register', call: () => callFrom(ownersAddress)('register', { email, password }), entry: { user_id: null } };
    },
    'account.verified': async () => {
      const [call, email] = [callFrom(ownersAddress), newEmail()];
      await call('register', { email, password });
      const token = await auth.mailedToken(email);
      return { name: 'verify-user', call: () => call('verify-user', { token }), entry: { user_id: await idOf(auth, email) } };
    },
    'account.exported': async () => {
      const { id, token, call } = await person();
      const exportAll = async (): Promise<void> => {
        let cursor: string | undefined;
        do {
          const reply = await call('export-account', { token, ...(cursor === undefined ? {} : { cursor }) });
          cursor = (reply.body as { nextCursor?: string }).nextCursor;
        } while (cursor !== undefined);
      };
      return { name: 'export-account', call: exportAll, entry: { user_id: id } };
    },
    'account.deletion-begun': async () => {
      const user = await person();
      await user.call('logout', { token: await anotherSession(user) });
      await anotherSession(user);
      const { id, token, call } = user;
      return { name: 'delete-account', call: () => call('delete-account', { token, password }), entry: { user_id: id }, beside: ['session.ended', 'session.ended'] };
    },
    'session.started': async () => {
      const { id, email, call } = await person();
      return { name: 'login', call: () => call('login', { email, password }), entry: { user_id: id, object_id: expect.any(String) as string } };
    },
    'session.ended': async () => {
      const user = await person();
      const sessionId = sessionOf(await anotherSession(user));
      return { name: 'revoke-session', call: () => user.call('revoke-session', { token: user.token, sessionId }), entry: { user_id: user.id, object_id: sessionId } };
    },
    'refresh-token.reused': async () => {
      const { id, email, call } = await person();
      const { refreshToken, token } = (await call('login', { email, password })).body.data;
      await call('refresh-token', { refreshToken });
      await auth.database.query("update refresh_tokens set used_at = used_at - interval '11 seconds' where session_id = $1", [sessionOf(token)]);
      return {
        name: 'refresh-token', call: () => call('refresh-token', { refreshToken }), entry: { user_id: null, subject_id: id, object_id: sessionOf(token) },
        beside: ['session.ended', 'token.refused'],
      };
    },
    'password.changed': async () => {
      const user = await person();
      await anotherSession(user);
      const { id, token, call } = user;
      const change = { token, password: 'brand new herons', currentPassword: password };
      return { name: 'update-password', call: () => call('update-password', change), entry: { user_id: id }, beside: ['session.ended'] };
    },
    'password.reset': async () => {
      const { id, email, call } = await person();
      await call('forgot-password', { email });
      const token = await auth.mailedToken(email);
      return { name: 'update-password', call: () => call('update-password', { token, password: 'brand new herons' }), entry: { user_id: id }, beside: ['session.ended'] };
    },
    'reset.requested': async () => {
      const { id, email, call } = await person();
      return { name: 'forgot-password', call: () => call('forgot-password', { email }), entry: { user_id: null, subject_id: id } };
    },
    'two-factor.enabled': async () => {
      const user = await person();
      await anotherSession(user);
      const { id, token, call } = user;
      const { secret } = (await call('begin-two-factor', { token, method: 'totp', currentPassword: password })).body.data;
      return { name: 'confirm-two-factor', call: () => call('confirm-two-factor', { token, otp: appCode(secret) }), entry: { user_id: id }, beside: ['session.ended'] };
    },
    'two-factor.disabled': async () => {
      const { id, token, secret, call } = await personWithApp();
      return { name: 'disable-two-factor', call: () => call('disable-two-factor', { token, otp: appCode(secret) }), entry: { user_id: id } };
    },
    'recovery-code.used': async () => {
      const { id, email, recoveryCodes: [otp], call } = await personWithApp();
      const token = await handleFrom(call, email);
      return { name: 'verify-user', call: () => call('verify-user', { token, otp }), entry: { user_id: id }, beside: ['session.started'] };
    },
    'recovery-codes.renewed': async () => {
      const { id, token, secret, call } = await personWithApp();
      return { name: 'renew-recovery-codes', call: () => call('renew-recovery-codes', { token, otp: appCode(secret) }), entry: { user_id: id } };
    },
    'credentials.refused': async () => {
      const { id, email, call } = await person();
      return {
        name: 'login', call: () => call('login', { email, password: 'wrong secret' }), entry: { user_id: null, subject_id: id, account_hash: null, code: 'WRONG_CREDENTIALS' },
      };
    },
    'code.refused': async () => {
      const { id, email, secret, call } = await personWithApp();
      const token = await handleFrom(call, email);
      return {
        name: 'verify-user', call: () => call('verify-user', { token, otp: wrongAppCode(secret) }),
        entry: { user_id: null, subject_id: id, code: 'WRONG_CODE' },
      };
    },
    'token.refused': async () => {
      const { id, token, call } = await person();
      await call('logout', { token });
      return { name: 'get-sessions', call: () => call('get-sessions', { token }), entry: { user_id: id, code: 'SESSION_REVOKED' } };
    },
    'access.denied': async () => {
      const [call, email] = [callFrom(ownersAddress), newEmail()];
      await call('register', { email, password });
      return {
        name: 'login', call: () => call('login', { email, password }),
        entry: { user_id: null, subject_id: await idOf(auth, email), account_hash: null, code: 'EMAIL_NOT_VERIFIED' },
      };
    },
    'rate.limited': async () => {
      const { id, email, secret } = await personWithApp();
      const stranger = callFrom('198.51.100.1');
      await log.recordedBy(async () => {
        for (let guesses = 0, handle = ''; guesses < 20; guesses++) {
          if (guesses % 5 === 0) handle = await handleFrom(stranger, email);
          await stranger('verify-user', { token: handle, otp: wrongAppCode(secret) });
        }
      }, 20);
      const token = await handleFrom(stranger, email);
      await forgetLastCode(auth, email);
      return {
        name: 'verify-user', call: () => stranger('verify-user', { token, otp: appCode(secret) }),
        entry: { user_id: null, subject_id: id, code: 'TOO_MANY_WRONG_CODES', address: '198.51.100.1' },
      };
    },
  };

  it('has a test for each action of the published list', () => {
    expect([...Object.keys(flows), ...writtenElsewhere].toSorted()).toEqual(Object.keys(auditActions).toSorted());
  });

  it.each(Object.keys(flows) as ActionHere[])('has %s once, with who, what and from where', async (action) => {
    const { name, call, entry, beside = [] } = await flows[action]();
    const refusals = beside.filter((other) => other.endsWith('.refused')).length + (entry.code === undefined ? 0 : 1);
    const recorded = await log.recordedBy(call, refusals);
    expect(recorded.map((row) => row.action).toSorted()).toEqual([action, ...beside].toSorted());
    const where = { call: name, request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, address: ownersAddress, times: 1 };
    expect(recorded.filter((row) => row.action === action)).toMatchObject([{ ...where, code: null, ...entry }]);
    for (const row of recorded) expect(row).toMatchObject({ call: name, address: entry.address ?? ownersAddress });
  });

  it('has each session that logout-everywhere, two-factor by mail and a deletion with a second factor end', async () => {
    const user = await withMail(auth);
    const call = hearing(user.call);
    const token = (await call('verify-user', { token: await handleFrom(call, user.email), otp: await auth.mailedCode(user.email) })).body.data.token;
    const id = await idOf(auth, user.email);
    const ended = await log.recordedBy(() => call('logout-everywhere', { token, exceptThis: true }));
    expect(ended).toMatchObject([{ action: 'session.ended', user_id: id, object_id: sessionOf(user.token), call: 'logout-everywhere' }]);
    await call('delete-account', { token, password });
    const otp = await auth.mailedCode(user.email);
    expect(await log.recordedBy(() => call('delete-account', { token, password, otp }))).toMatchObject([
      { action: 'account.deletion-begun', user_id: id }, { action: 'session.ended', user_id: id, object_id: sessionOf(token), call: 'delete-account' },
    ]);
  });

  it('has no secret of all these flows', async () => {
    expect(heard.size).toBeGreaterThan(100);
    expect(secretsIn(await log.text(), [...heard])).toEqual([]);
  });
});
