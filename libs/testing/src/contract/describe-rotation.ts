import { randomUUID } from 'node:crypto';
import { codeIn, linkTokenIn } from '../read-mail';
import { startTestSmtpServer, type CapturedMail, type TestSmtpServer } from '../smtp-server';
import { refuse, succeed, succeedWith } from './api-client';
import { newEmail, testPassword } from './people';
import { startTraffic, type Account, type Traffic } from './traffic';

/** What a process is given of secret keys. */
export interface SecretKeys { SECRET_KEY: string; SECRET_KEY_PREVIOUS: string }

/** The product in one of its shapes, whose keys can be changed as an operator would. */
export interface RotatingProduct {
  url: string;
  /** Starts every process again, with these keys. */
  rotate(keys: SecretKeys): Promise<void>;
  /** Fails if something was logged as an error. */
  stop(): Promise<void>;
}

const newKey = (): string => randomUUID() + randomUUID();
const patienceMs = 180_000;
/** One call of each service that takes tokens. */
const callsOfServices = ['get-user-details', 'get-all-friends', 'get-all-groups', 'get-conversations'];

/** `SECRET_KEY` is changed twice, in strict mode, while people work. */
export const describeRotation = (name: string, start: (env: NodeJS.ProcessEnv) => Promise<RotatingProduct>): void => {
  describe(`${name}, whose secret key is rotated`, () => {
    const [first, second, third] = [newKey(), newKey(), newKey()];
    let mailServer: TestSmtpServer;
    let product: RotatingProduct;
    let traffic: Traffic | undefined;
    beforeAll(async () => {
      mailServer = await startTestSmtpServer();
      product = await start({ SMTP_URL: mailServer.url, PUBLIC_URL: 'https://chat.example', SECRET_KEY: first });
    }, patienceMs);
    afterAll(async () => {
      await traffic?.close();
      await product.stop();
      await mailServer.close();
    }, patienceMs);

    const mailTo = (address: string, subjectNot?: string): Promise<CapturedMail> =>
      mailServer.waitForMail(({ to, subject }) => to.includes(address) && subject !== subjectNot, 20_000);
    const call = (endpoint: string, body: object) => succeedWith<Record<string, unknown>>(product.url, endpoint, body);

    interface Registered { email: string; handle: string; mail: CapturedMail }
    const register = async (): Promise<Registered> => {
      const email = newEmail();
      const { token } = await call('register', { email, password: testPassword });
      return { email, handle: token as string, mail: await mailTo(email) };
    };
    const verifyByCode = ({ handle, mail }: Registered) => succeed(product.url, 'verify-user', { token: handle, otp: codeIn(mail) });
    const signUp = async (): Promise<Account & { mail: CapturedMail }> => {
      const registered = await register();
      await verifyByCode(registered);
      const account = { email: registered.email, password: testPassword };
      return { ...account, ...await call('login', account) as { id: string; token: string; refreshToken: string }, mail: registered.mail };
    };
    const forgot = async ({ email, mail }: { email: string; mail: CapturedMail }): Promise<CapturedMail> => {
      await call('forgot-password', { email });
      return mailTo(email, mail.subject);
    };

    it('fails no call, no socket and no code that was begun before; a second time, the first key is worth nothing', async () => {
      const people = await Promise.all([signUp(), signUp(), signUp(), signUp()]);
      const [one, other, byLink, late] = people;
      await succeed(product.url, 'sent-request', { token: one.token, to: other.id });
      await succeed(product.url, 'accept-request', { token: other.token, to: one.id });
      const begun = { code: await register(), link: await register(), reset: await forgot(byLink) };
      traffic = await startTraffic(product.url, [one, other]);
      await traffic.more();

      await product.rotate({ SECRET_KEY: second, SECRET_KEY_PREVIOUS: first });

      await verifyByCode(begun.code);
      await succeed(product.url, 'verify-user', { token: linkTokenIn(begun.link.mail) });
      await succeed(product.url, 'update-password', { token: linkTokenIn(begun.reset), password: 'another password' });
      const signedIn = await call('login', { email: byLink.email, password: 'another password' });
      await traffic.more();
      const { received, sent, ended } = await traffic.stop();
      const { refused, ...counts } = traffic.counted;
      expect({ refused, ended }).toEqual({ refused: [], ended: [] });
      // Everybody was handed out what both wrote, each one's in order.
      for (const messages of received) {
        for (const { id } of [one, other]) {
          const of = (all: string[]): string[] => all.filter((message) => message.startsWith(id));
          expect(of(messages)).toEqual(of(sent));
        }
      }
      for (const endpoint of callsOfServices) await succeed(product.url, endpoint, { token: late.token });
      const resetOfSecond = await forgot(late);

      await product.rotate({ SECRET_KEY: third, SECRET_KEY_PREVIOUS: second });

      for (const endpoint of callsOfServices) {
        await refuse(product.url, endpoint, { token: late.token }, 401, 'TOKEN_INVALID');
        await succeed(product.url, endpoint, { token: signedIn['token'] });
      }
      // A refresh token is not signed: it outlives every key.
      const renewed = await call('refresh-token', { refreshToken: late.refreshToken });
      await succeed(product.url, 'get-user-details', { token: renewed['token'] });
      await succeed(product.url, 'update-password', { token: linkTokenIn(resetOfSecond), password: 'another password' });
      process.stdout.write(`${name}, rotated: ${JSON.stringify({ ...counts, refused: refused.length, sessionsEnded: ended.length })}\n`);
    }, patienceMs);
  });
};
