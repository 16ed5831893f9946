import { accounts, type Endpoint } from '@chat-backend/contracts';
import { Pool } from 'undici';
import { codeIn, linkTokenIn } from '../../read-mail';
import { startTestSmtpServer, type TestSmtpServer } from '../../smtp-server';
import { succeedWith } from '../api-client';
import { newEmail, testPassword } from '../people';
import { fuzzEndpoint, type Caller } from './fuzz-endpoint';
import { inputsOfEach, print, seed } from './fuzzing';
import { startWatchedProcess, type WatchedProcess } from './watched-process';

const publicUrl = 'https://chat.example';
const another = 'nine brown otters';

/** Many, as most of these calls take their time on purpose: known and unknown addresses are answered evenly. */
const callsAtOnce = 25;
/** After a stall of the machine they take as long for a while, up to 3 s. */
const mayTakeMs = 4_000;

interface Mailed { code: string; linkToken: string }

/** The calls that strict mode serves otherwise than contract mode, which the other fuzz has. */
describe('inputs made from the schemas, in strict mode', () => {
  let mailServer: TestSmtpServer;
  let product: WatchedProcess;
  let connections: Pool;
  let prototypes: Record<string, string[]>;
  beforeAll(async () => {
    print(`fuzz in strict mode: FUZZ_SEED=${seed} FUZZ_INPUTS=${inputsOfEach}`);
    mailServer = await startTestSmtpServer();
    product = await startWatchedProcess({ SMTP_URL: mailServer.url, PUBLIC_URL: publicUrl });
    connections = new Pool(product.url, { connections: callsAtOnce });
    prototypes = await product.prototypes();
  });
  afterAll(async () => {
    await connections.close();
    await product.stop();
    await mailServer.close();
  });
  afterEach(async () => {
    expect(product.isAlive()).toBe(true);
    expect(await product.prototypes()).toEqual(prototypes);
  });

  const call = (name: string, body: object) => succeedWith<{ token: string }>(product.url, name, body);
  const mailed = async (email: string, subject: RegExp): Promise<Mailed> => {
    const mail = await mailServer.waitForMail((one) => one.to.includes(email) && subject.test(one.subject));
    return { code: codeIn(mail), linkToken: linkTokenIn(mail) };
  };

  /** An address that waits to be confirmed. */
  const unconfirmed = async () => {
    const email = newEmail();
    const { token } = await call('register', { email, password: testPassword });
    return { email, handle: token, ...await mailed(email, /Confirm/) };
  };
  const confirmed = async () => {
    const { email, linkToken } = await unconfirmed();
    await call('verify-user', { token: linkToken });
    const { token } = await call('login', { email, password: testPassword });
    return { email, access: token };
  };
  /** Somebody who is asked for the second factor. */
  const waitingForCode = async () => {
    const { email, access } = await confirmed();
    await call('begin-two-factor', { token: access, method: 'mail', currentPassword: testPassword });
    await call('confirm-two-factor', { token: access, otp: (await mailed(email, /code for two-factor/)).code });
    const { token } = await call('login', { email, password: testPassword });
    return { handle: token, ...await mailed(email, /sign-in code/) };
  };
  const resetting = async () => {
    const { email, access } = await confirmed();
    const { token } = await call('forgot-password', { email });
    return { access, handle: token, ...await mailed(email, /Reset/) };
  };

  const knownOf = (emails: readonly string[], codes: readonly string[] = []) => ({
    email: [...emails, newEmail(), newEmail().toUpperCase()], password: [testPassword, testPassword, another, 'Password123'], currentPassword: [testPassword], otp: [...codes, '123456'],
  });
  const callers: Record<string, () => Promise<Caller>> = {
    register: async () => ({ tokens: ['none'], known: knownOf([(await confirmed()).email, (await unconfirmed()).email]) }),
    login: async () => ({ tokens: ['none'], known: knownOf([(await confirmed()).email, (await unconfirmed()).email]) }),
    'forgot-password': async () => ({ tokens: ['none'], known: knownOf([(await confirmed()).email, (await unconfirmed()).email]) }),
    'resend-email': async () => ({ tokens: [(await unconfirmed()).handle, (await waitingForCode()).handle, (await resetting()).handle], known: {} }),
    'verify-user': async () => {
      const [one, other, third] = await Promise.all([unconfirmed(), unconfirmed(), waitingForCode()]);
      return { tokens: [one.handle, other.handle, third.handle, other.linkToken], known: knownOf([], [one.code, other.code, third.code]) };
    },
    'update-password': async () => {
      const [one, other] = await Promise.all([resetting(), resetting()]);
      return { tokens: [one.access, one.handle, other.handle, other.linkToken], known: knownOf([], [one.code, other.code]) };
    },
  };

  const saysTooMuch = (text: string, code: string): string | undefined => {
    if (code === 'accepted' && text.includes('"otp"')) return 'it carries a code';
    return ['EMAIL_TAKEN', 'USER_NOT_FOUND'].includes(code) ? 'it says whether the address is known' : undefined;
  };
  const served: readonly Endpoint[] = [accounts.register, accounts.login, accounts.forgotPassword, accounts.resendEmail, accounts.verifyUser, accounts.updatePassword];

  it.each(served)('$name', async (endpoint) => {
    const anew = callers[endpoint.name] as () => Promise<Caller>;
    await fuzzEndpoint(endpoint, connections, {
      callsAtOnce, mayTakeMs, anew, renew: anew, lostItsPlace: ['CHALLENGE_EXPIRED', 'TOO_MANY_WRONG_CODES', 'SESSION_REVOKED'],
      alsoJudge: ({ text }, code) => saysTooMuch(text, code),
    });
  });
});
