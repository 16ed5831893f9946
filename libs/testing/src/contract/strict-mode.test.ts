import { codeIn, linkTokenIn } from '../read-mail';
import { startTestSmtpServer, type CapturedMail, type TestSmtpServer } from '../smtp-server';
import { post, refuse, succeed, succeedWith } from './api-client';
import { newEmail, testPassword } from './people';
import type { Shape } from './shape';
import { startOneProcess } from './start-one-process';

const publicUrl = 'https://chat.example';

/** Strict mode from end to end, with a real mail server: what a user of a production installation goes through. */
describe('strict mode', () => {
  let mailServer: TestSmtpServer;
  let product: Shape & { output(): string };
  beforeAll(async () => {
    mailServer = await startTestSmtpServer();
    product = await startOneProcess({ SMTP_URL: mailServer.url, PUBLIC_URL: publicUrl, LOG_LEVEL: 'debug' });
  }, 60_000);
  afterAll(async () => {
    await product.stop();
    await mailServer.close();
  }, 60_000);

  /** The mail number so-and-so to this address, counted from 1. */
  const mailTo = async (address: string, number = 1): Promise<CapturedMail> => {
    const those = () => mailServer.mails.filter(({ to, outcome }) => outcome === 'accepted' && to.includes(address));
    await mailServer.waitForMail(({ to }) => to.includes(address) && those().length >= number);
    const mail = those()[number - 1];
    if (mail === undefined) throw new Error(`there is no mail ${number} to ${address}`);
    return mail;
  };
  const call = (name: string, body: object) => succeedWith<Record<string, unknown>>(product.url, name, body);
  const register = async (): Promise<{ email: string; password: string; handle: string }> => {
    const account = { email: newEmail(), password: testPassword };
    const { token } = await call('register', account);
    return { ...account, handle: token as string };
  };
  const registerVerified = async () => {
    const account = await register();
    await succeed(product.url, 'verify-user', { token: linkTokenIn(await mailTo(account.email)) });
    return account;
  };
  const logIn = async ({ email, password }: { email: string; password: string }) => await call('login', { email, password }) as { token: string; refreshToken: string; expiresIn: number };

  it('register, code from the mail, login, refresh', async () => {
    const account = await register();
    await refuse(product.url, 'login', { email: account.email, password: account.password }, 403, 'EMAIL_NOT_VERIFIED');
    await refuse(product.url, 'verify-user', { token: account.handle }, 400, 'CODE_REQUIRED');
    const code = codeIn(await mailTo(account.email));
    await refuse(product.url, 'verify-user', { token: account.handle, otp: code === '000000' ? '000001' : '000000' }, 401, 'WRONG_CODE');
    await succeed(product.url, 'verify-user', { token: account.handle, otp: code });
    const session = await logIn(account);
    expect(session.expiresIn).toBe(900);
    const renewed = await call('refresh-token', { refreshToken: session.refreshToken });
    expect(await call('get-user-details', { token: renewed['token'] })).toMatchObject({ email: account.email });
  });

  it('the link in the mail makes the documented call work as written', async () => {
    const account = await registerVerified();
    expect(await logIn(account)).toMatchObject({ isVerifyed: true, email: account.email });
  });

  it('the most common passwords are refused', async () => {
    const { token } = await call('forgot-password', { email: newEmail() });
    await refuse(product.url, 'register', { email: newEmail(), password: 'Password123' }, 400, 'PASSWORD_TOO_COMMON');
    await refuse(product.url, 'update-password', { token, password: 'Password123' }, 400, 'PASSWORD_TOO_COMMON');
  });

  it('a handle opens nothing by itself', async () => {
    const { handle } = await register();
    for (const name of ['get-user-details', 'get-all-friends', 'get-all-groups']) await refuse(product.url, name, { token: handle }, 403, 'WRONG_TOKEN_PURPOSE');
    await refuse(product.url, 'update-password', { token: handle, password: 'another password' }, 403, 'WRONG_TOKEN_PURPOSE');
  });

  it('resend-email renews the code: the new one works, the old one does not', async () => {
    const account = await register();
    const first = codeIn(await mailTo(account.email));
    await succeed(product.url, 'resend-email', { token: account.handle });
    const second = codeIn(await mailTo(account.email, 2));
    if (first !== second) await refuse(product.url, 'verify-user', { token: account.handle, otp: first }, 401, 'WRONG_CODE');
    await succeed(product.url, 'verify-user', { token: account.handle, otp: second });
  });

  it('forgot, reset by the link, log in with the new password; the old sessions have ended', async () => {
    const account = await registerVerified();
    const before = await logIn(account);
    await call('forgot-password', { email: account.email });
    const token = linkTokenIn(await mailTo(account.email, 2));
    await succeed(product.url, 'update-password', { token, password: 'a new password' });
    await refuse(product.url, 'update-password', { token, password: 'once more, no' }, 401, 'CHALLENGE_EXPIRED');
    await refuse(product.url, 'login', { email: account.email, password: account.password }, 401, 'WRONG_CREDENTIALS');
    await refuse(product.url, 'refresh-token', { refreshToken: before.refreshToken }, 401, 'SESSION_REVOKED');
    await logIn({ ...account, password: 'a new password' });
  });

  it('forgot, reset by the handle and the code', async () => {
    const account = await registerVerified();
    const { token } = await call('forgot-password', { email: account.email });
    await refuse(product.url, 'update-password', { token, password: 'a new password' }, 400, 'CODE_REQUIRED');
    await succeed(product.url, 'update-password', { token, password: 'a new password', otp: codeIn(await mailTo(account.email, 2)) });
    await logIn({ ...account, password: 'a new password' });
  });

  it('a logged-in user changes the password with the current one', async () => {
    const account = await registerVerified();
    const { token } = await logIn(account);
    await refuse(product.url, 'update-password', { token, password: 'a new password' }, 400, 'CURRENT_PASSWORD_REQUIRED');
    await refuse(product.url, 'update-password', { token, password: 'a new password', currentPassword: 'not this one' }, 401, 'WRONG_CREDENTIALS');
    await succeed(product.url, 'update-password', { token, password: 'a new password', currentPassword: account.password });
    await logIn({ ...account, password: 'a new password' });
  });

  it.each(['register', 'forgot-password'])('%s answers alike for a known and an unknown address', async (name) => {
    const known = await registerVerified();
    const shapeOf = async (email: string): Promise<object> => {
      const { status, body } = await post(product.url, name, { email, ...(name === 'register' ? { password: testPassword } : {}) });
      const data = body['data'] as Record<string, unknown>;
      return { status, message: body['message'], fields: Object.keys(body), data: Object.keys(data), tokenLength: (data['token'] as string).length, emailGivenBack: data['email'] === email };
    };
    expect(await shapeOf(known.email)).toEqual(await shapeOf(newEmail()));
  });

  it('a handle for an unknown address can be used like any other, and opens nothing', async () => {
    const { token } = await call('forgot-password', { email: newEmail() });
    await refuse(product.url, 'update-password', { token, password: 'a new password' }, 400, 'CODE_REQUIRED');
    await refuse(product.url, 'update-password', { token, password: 'a new password', otp: '123456' }, 401, 'WRONG_CODE');
    await succeed(product.url, 'resend-email', { token });
  });

  it('five wrong codes end the challenge', async () => {
    const account = await register();
    const code = codeIn(await mailTo(account.email));
    const wrong = ['000000', '111111', '222222', '333333', '444444', '555555'].filter((one) => one !== code).slice(0, 5);
    for (const otp of wrong) await refuse(product.url, 'verify-user', { token: account.handle, otp }, 401, 'WRONG_CODE');
    await refuse(product.url, 'verify-user', { token: account.handle, otp: code }, 401, 'CHALLENGE_EXPIRED');
  });

  it('no reply carries a code, and no log a code, a password or a token', async () => {
    const account = await register();
    const code = codeIn(await mailTo(account.email));
    const verified = await post(product.url, 'verify-user', { token: account.handle, otp: code });
    const loggedIn = await post(product.url, 'login', { email: account.email, password: account.password });
    const forgotten = await post(product.url, 'forgot-password', { email: account.email });
    const resent = await post(product.url, 'resend-email', { token: (forgotten.body['data'] as { token: string }).token });
    for (const { body } of [verified, loggedIn, forgotten, resent]) {
      expect(body['success']).toBe(true);
      expect(JSON.stringify(body)).not.toContain('"otp"');
      expect(JSON.stringify(body)).not.toMatch(/"\d{6}"/);
    }
    const { token } = loggedIn.body['data'] as { token: string };
    for (const secret of [token, account.handle, account.password, `"${code}"`]) expect(product.output()).not.toContain(secret);
  });
});
