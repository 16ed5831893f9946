import { apiPrefix } from '@chat-backend/contracts';
import { Secret, TOTP } from 'otpauth';
import request from 'supertest';
import { password, verifiedUser, type AuthUnderTest, type Reply } from '../auth.fixture';

const stepMs = 30_000;

/** What an authenticator app with this secret shows, so many steps of thirty seconds from now. */
export const appCode = (secret: string, stepsFromNow = 0): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + stepsFromNow * stepMs });

/** Six digits that no step near now has. */
export const wrongAppCode = (secret: string): string => {
  const right = new Set([-2, -1, 0, 1, 2].map((step) => appCode(secret, step)));
  for (let code = 0; ; code++) {
    const digits = String(code).padStart(6, '0');
    if (!right.has(digits)) return digits;
  }
};

export interface TwoFactorReplyData {
  id: string; token: string; refreshToken: string; method: string; otp: string; secret: string; uri: string; recoveryCodes: string[]; recoveryCodesLeft: number;
  isTwoFactorEnabled: boolean; twoFactorMethod: string; message: string;
}
export type TwoFactorReply = Omit<Reply, 'body'> & { body: Omit<Reply['body'], 'data'> & { data: TwoFactorReplyData } };
export type Caller = (name: string, body?: object) => Promise<TwoFactorReply>;

/** A client with this address: as far as the app is concerned, a proxy that it believes says so. */
export const callerFrom = (auth: AuthUnderTest, address: string): Caller => {
  auth.service.app.set('trust proxy', 1);
  return async (name, body = {}) => request(auth.service.app).post(`${apiPrefix}/${name}`).set('x-forwarded-for', address).send(body);
};

export const ownersAddress = '203.0.113.1';

/** Somebody in strict mode who is signed in. */
export interface SignedIn { email: string; token: string; call: Caller }
export const signedIn = async (auth: AuthUnderTest): Promise<SignedIn> => {
  const email = await verifiedUser(auth);
  const call = callerFrom(auth, ownersAddress);
  return { email, call, token: (await call('login', { email, password })).body.data.token };
};

export interface WithApp extends SignedIn { secret: string; recoveryCodes: string[] }

/** The same, with two-factor by app on. The code that switched it on is as good as forgotten: the next one may be of the same step. */
export const withApp = async (auth: AuthUnderTest): Promise<WithApp> => {
  const user = await signedIn(auth);
  const { secret } = (await user.call('begin-two-factor', { token: user.token, method: 'totp', currentPassword: password })).body.data;
  const { recoveryCodes } = (await user.call('confirm-two-factor', { token: user.token, otp: appCode(secret) })).body.data;
  await forgetLastCode(auth, user.email);
  return { ...user, secret, recoveryCodes };
};

/** The same, with two-factor by mail on. */
export const withMail = async (auth: AuthUnderTest): Promise<SignedIn> => {
  const user = await signedIn(auth);
  await user.call('begin-two-factor', { token: user.token, method: 'mail', currentPassword: password });
  await user.call('confirm-two-factor', { token: user.token, otp: await auth.mailedCode(user.email) });
  return user;
};

export const forgetLastCode = async (auth: AuthUnderTest, email: string): Promise<void> => {
  await auth.database.query('update totp_secrets set last_step = 0 where user_id = (select id from users where email = $1)', [email]);
};

/** The handle of a sign-in with the right password. */
export const handleFrom = async (call: Caller, email: string): Promise<string> => (await call('login', { email, password })).body.data.token;

export const sessionsOf = (auth: AuthUnderTest, email: string): Promise<object[]> =>
  auth.database.query('select 1 from sessions s join users u on u.id = s.user_id where u.email = $1 and s.revoked_at is null', [email]);
