import { Secret, TOTP } from 'otpauth';
import { codeIn, linkTokenIn } from '../read-mail';
import { startTestSmtpServer, type CapturedMail, type TestSmtpServer } from '../smtp-server';
import { refuse, succeed, succeedWith } from './api-client';
import { newEmail } from './people';
import type { Shape } from './shape';
import { startOneProcess } from './start-one-process';

const publicUrl = 'https://chat.example';
const password = 'seven grey herons';

/** Two-factor from end to end in strict mode, through the gateway, with a real mail server. */
describe('two-factor in strict mode', () => {
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

  const mailsTo = (address: string) => mailServer.mails.filter(({ to }) => to.includes(address));
  /** The newest mail with this subject, when there are so many to the address. */
  const mailTo = async (address: string, subject: RegExp, count = 1): Promise<CapturedMail> => {
    const those = () => mailsTo(address).filter((mail) => subject.test(mail.subject));
    await mailServer.waitForMail(() => those().length >= count);
    const mail = those()[count - 1];
    if (mail === undefined) throw new Error('the mail is gone');
    return mail;
  };
  const call = (name: string, body: object) => succeedWith<Record<string, string>>(product.url, name, body);
  const logIn = (email: string, given = password) => call('login', { email, password: given });
  const signedIn = async () => {
    const email = newEmail();
    await call('register', { email, password });
    await succeed(product.url, 'verify-user', { token: linkTokenIn(await mailTo(email, /Confirm/)) });
    return { email, token: (await logIn(email))['token'] as string };
  };
  const appCode = (secret: string, stepsFromNow = 0): string => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + stepsFromNow * 30_000 });

  it('by mail: on, sign in, resend, off', async () => {
    const { email, token } = await signedIn();
    await call('begin-two-factor', { token, method: 'mail', currentPassword: password });
    await call('confirm-two-factor', { token, otp: codeIn(await mailTo(email, /code for two-factor/)) });
    await mailTo(email, /Two-factor is on/);
    const waiting = await logIn(email);
    expect(waiting).toMatchObject({ isTwoFactorEnabled: true, twoFactorMethod: 'mail' });
    await refuse(product.url, 'get-all-friends', { token: waiting['token'] }, 403, 'WRONG_TOKEN_PURPOSE');
    await mailTo(email, /sign-in code/);
    await succeed(product.url, 'resend-email', { token: waiting['token'] });
    const session = await call('verify-user', { token: waiting['token'], otp: codeIn(await mailTo(email, /sign-in code/, 2)) });
    await succeed(product.url, 'get-all-friends', { token: session['token'] });
    await call('refresh-token', { refreshToken: session['refreshToken'] });
    await call('send-two-factor-code', { token: session['token'] });
    await succeed(product.url, 'disable-two-factor', { token: session['token'], otp: codeIn(await mailTo(email, /code for two-factor/, 2)) });
    await mailTo(email, /Two-factor is off/);
    expect(await logIn(email)).toHaveProperty('refreshToken');
  });

  it('by an app: on, sign in, lose the app, reset the password, renew the codes, off; and no secret in a log', async () => {
    const { email, token } = await signedIn();
    const { secret = '', uri = '' } = await call('begin-two-factor', { token, method: 'totp', currentPassword: password });
    const confirmed = await succeedWith<{ recoveryCodes: string[] }>(product.url, 'confirm-two-factor', { token, otp: appCode(secret) });
    const [first, second, third] = confirmed.recoveryCodes;
    const waiting = await logIn(email);
    expect(waiting).toMatchObject({ twoFactorMethod: 'totp' });
    await refuse(product.url, 'resend-email', { token: waiting['token'] }, 409, 'CODE_NOT_MAILED');
    const code = appCode(secret, 1);
    const session = await call('verify-user', { token: waiting['token'], otp: code });
    await refuse(product.url, 'verify-user', { token: (await logIn(email))['token'], otp: code }, 401, 'WRONG_CODE');
    await succeed(product.url, 'get-all-friends', { token: session['token'] });

    await call('verify-user', { token: (await logIn(email))['token'], otp: first });
    await mailTo(email, /recovery code was used/);
    await call('forgot-password', { email });
    await succeed(product.url, 'update-password', { token: linkTokenIn(await mailTo(email, /Reset/)), password: 'nine brown otters' });
    const afterReset = await logIn(email, 'nine brown otters');
    expect(afterReset).not.toHaveProperty('refreshToken');
    const { token: access } = await call('verify-user', { token: afterReset['token'], otp: second });
    const renewed = await succeedWith<{ recoveryCodes: string[] }>(product.url, 'renew-recovery-codes', { token: access, otp: third });
    await mailTo(email, /new recovery codes/);
    await succeed(product.url, 'disable-two-factor', { token: access, otp: renewed.recoveryCodes[9] });
    expect(await logIn(email, 'nine brown otters')).toHaveProperty('refreshToken');
    for (const kept of [secret, uri, ...confirmed.recoveryCodes, ...renewed.recoveryCodes]) expect(product.output()).not.toContain(kept);
  });
});
