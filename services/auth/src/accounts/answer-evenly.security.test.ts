import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiPrefix } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import bcrypt from 'bcrypt';
import { Pool } from 'undici';
import { newEmail, otherThan, password, startAuthUnderTest, type AuthUnderTest } from '../auth.fixture';
import { deriveCode } from '../challenges/derive-code';

/** Of each arm of each call. */
const samples = Number(process.env['EVENNESS_SAMPLES'] ?? 2_000);
/** Where hashing takes most of the time: a quarter of a second each, one after the other. */
const samplesAtFullCost = Number(process.env['EVENNESS_SAMPLES_AT_FULL_COST'] ?? 10);
const callsInFlight = 24;
/** As hashing runs one by one, more of them in flight would only measure the queue. */
const loginsInFlight = 4;
const mostApartMs = 5;
/** On a machine so busy that a call takes more than half a second: this part of its time. */
const mostApartOfBusy = 0.01;
/** Few samples differ by more than many, and a missing hash by all of its time; one of cost 10 in place of 12, by three quarters. */
const mostApartAtFullCost = 0.4;
/** What every call takes whose work differs with the address. A login's work does not. */
const leastMs = 95;

interface Answer { status: number; data: { token?: string } | undefined; shape: string }
/** One kind of caller: what it does for the sample number so-and-so. */
type Arm = (sample: number) => Promise<Answer>;
type Arms = Record<string, Arm>;
interface Measured { medianMs: number; shapes: string[] }

/** What a reply shows, but for what differs from call to call: of that, its length. */
const shapeOf = (status: number, body: unknown): string => JSON.stringify({ status, body }, (key, value: unknown) =>
  ['token', 'email', 'requestId'].includes(key) && typeof value === 'string' ? `${value.length} characters` : value);

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] ?? NaN : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** Takes the samples of all arms in turn, so that whatever else the machine does meets all of them; each round begins with another arm. */
const measure = async (arms: Arms, { count, inFlight }: { count: number; inFlight: number }): Promise<Record<string, Measured>> => {
  const names = Object.keys(arms);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  const shapes = new Map<string, Set<string>>(names.map((name) => [name, new Set()]));
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count * names.length) {
      const turn = next++;
      const sample = Math.floor(turn / names.length);
      const name = names[(turn + sample) % names.length] ?? '';
      const begun = performance.now();
      const answer = await arms[name]?.(sample);
      times.get(name)?.push(performance.now() - begun);
      shapes.get(name)?.add(answer?.shape ?? 'nothing');
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return Object.fromEntries(names.map((name) => [name, { medianMs: median(times.get(name) ?? []), shapes: [...shapes.get(name) ?? []] }]));
};

const print = (call: string, count: number, measured: Record<string, Measured>): void => {
  const medians = Object.entries(measured).map(([name, { medianMs }]) => `${name} ${medianMs.toFixed(2)} ms`);
  process.stdout.write(`${call}: ${count} samples an arm, medians ${medians.join(', ')}\n`);
};

/** Auth behind a socket, with calls on connections that stay open. */
const startServed = async (env: NodeJS.ProcessEnv) => {
  const auth = await startAuthUnderTest({ DATABASE_POOL_SIZE: '10', ...env });
  // Calls queue their mails as ever; sending thousands of them would be another measurement.
  await auth.service.drain();
  const server: Server = createServer(auth.service.app);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: callsInFlight });
  return {
    auth,
    async call(name: string, body: object): Promise<Answer> {
      const reply = await pool.request({ method: 'POST', path: `${apiPrefix}/${name}`, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      const answered = await reply.body.json() as { data?: { token?: string } };
      return { status: reply.statusCode, data: answered.data, shape: shapeOf(reply.statusCode, answered) };
    },
    async stop() {
      await pool.close();
      await new Promise((resolve) => { server.close(resolve); });
      await auth.stop();
    },
  };
};
type Served = Awaited<ReturnType<typeof startServed>>;

/** Accounts with the password of the others, without a call for each. */
const insertAccounts = async ({ database }: AuthUnderTest, count: number, columns: { isVerified: boolean; passwordHash?: string }): Promise<string[]> => {
  const [model] = await database.query<{ hash: string; pepper: string }>('select password_hash as hash, pepper_id as pepper from users limit 1');
  const emails = Array.from({ length: count }, newEmail);
  await database.query(
    `insert into users (id, email, password_hash, pepper_id, is_verified, updated_at)
     select id, email, $3, $4, $5, now() from unnest($1::uuid[], $2::text[]) as given (id, email)`,
    [emails.map(newId), emails, columns.passwordHash ?? model?.hash, model?.pepper, columns.isVerified]);
  return emails;
};

const at = <Value>(values: readonly Value[], index: number): Value => {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('there is none');
  return value;
};
const challengeOf = (handle: string): string => (JSON.parse(Buffer.from(handle.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }).sub;

describe('whether an address is known', () => {
  let served: Served;
  let verified: string[];
  let unverified: string[];
  /** Handles that name a challenge, and handles that name nothing, by whom they were given to. */
  const handles = { verify: new Map<string, string>(), verifyOfNobody: new Map<string, string>(), reset: new Map<string, string>(), resetOfNobody: new Map<string, string>() };

  beforeAll(async () => {
    served = await startServed({ BCRYPT_COST: '4' });
    await served.call('register', { email: newEmail(), password });
    // Five tries for each challenge: so many that no sample meets one that is used up.
    const accounts = Math.ceil(samples / 5);
    verified = await insertAccounts(served.auth, accounts, { isVerified: true });
    unverified = await insertAccounts(served.auth, accounts, { isVerified: false });
  });
  afterAll(() => served.stop());

  const keep = async (handlesOf: Map<string, string>, email: string, asked: Promise<Answer>): Promise<Answer> => {
    const answer = await asked;
    handlesOf.set(email, answer.data?.token ?? '');
    return answer;
  };
  const expectEven = async (call: string, arms: Arms, { inFlight, atLeastMs } = { inFlight: callsInFlight, atLeastMs: leastMs }): Promise<void> => {
    const measured = await measure(arms, { count: samples, inFlight });
    print(call, samples, measured);
    const [first, ...others] = Object.values(measured);
    expect(first?.shapes).toHaveLength(1);
    expect(first?.medianMs).toBeGreaterThan(atLeastMs);
    for (const { medianMs, shapes } of others) {
      expect(shapes).toEqual(first?.shapes);
      expect(Math.abs(medianMs - (first?.medianMs ?? NaN))).toBeLessThan(Math.max(mostApartMs, medianMs * mostApartOfBusy));
    }
  };
  const wrongCodeFor = (handle: string): string => otherThan(deriveCode(served.auth.context.keys.codes[0], challengeOf(handle), 1));
  const guessing = (call: string, given: ReadonlyMap<string, string>, body: object): Arm => {
    const ofThem = [...given.values()];
    return (sample) => served.call(call, { token: at(ofThem, sample), otp: wrongCodeFor(at(ofThem, sample)), ...body });
  };

  it('cannot be told by register', () => {
    const registering = (emailOf: Parameters<typeof at<string>>[0] | undefined, handlesOf?: Map<string, string>): Arm => (sample) => {
      const email = emailOf === undefined ? newEmail() : at(emailOf, sample);
      const asked = served.call('register', { email, password });
      return handlesOf === undefined ? asked : keep(handlesOf, email, asked);
    };
    return expectEven('register', {
      unknown: registering(undefined, handles.verify), unverified: registering(unverified), verified: registering(verified, handles.verifyOfNobody),
    });
  });

  it('cannot be told by guessing at verify-user', () => expectEven('verify-user', {
    known: guessing('verify-user', handles.verify, {}), unknown: guessing('verify-user', handles.verifyOfNobody, {}),
  }));

  it('cannot be told by resend-email', () => {
    const [known, nobody] = [[...handles.verify.values()], [...handles.verifyOfNobody.values()]];
    return expectEven('resend-email', {
      known: (sample) => served.call('resend-email', { token: at(known, sample) }),
      unknown: (sample) => served.call('resend-email', { token: at(nobody, sample) }),
    });
  });

  it('cannot be told by login with a wrong password', () => {
    const wrong = { password: 'a wrong password' };
    return expectEven('login', {
      known: (sample) => served.call('login', { email: at(verified, sample), ...wrong }),
      unverified: (sample) => served.call('login', { email: at(unverified, sample), ...wrong }),
      unknown: () => served.call('login', { email: newEmail(), ...wrong }),
    }, { inFlight: loginsInFlight, atLeastMs: 0 });
  });

  it('cannot be told by forgot-password', () => {
    const asking = (emailOf: (sample: number) => string, handlesOf: Map<string, string>): Arm => (sample) => {
      const email = emailOf(sample);
      return keep(handlesOf, email, served.call('forgot-password', { email }));
    };
    return expectEven('forgot-password', {
      known: asking((sample) => at(verified, sample), handles.reset), unknown: asking(newEmail, handles.resetOfNobody),
    });
  });

  it('cannot be told by guessing at update-password', () => expectEven('update-password', {
    known: guessing('update-password', handles.reset, { password: 'brand new one' }),
    unknown: guessing('update-password', handles.resetOfNobody, { password: 'brand new one' }),
  }));
});

describe('whether an address is known, at the cost of production', () => {
  let served: Served;
  beforeAll(async () => {
    served = await startServed({ BCRYPT_COST: '12' });
    await served.call('register', { email: newEmail(), password });
  });
  afterAll(() => served.stop());

  const expectEven = async (call: string, arms: Arms): Promise<void> => {
    const measured = await measure(arms, { count: samplesAtFullCost, inFlight: 1 });
    print(`${call} at cost 12`, samplesAtFullCost, measured);
    const [first, ...others] = Object.values(measured);
    for (const { medianMs, shapes } of others) {
      expect(shapes).toEqual(first?.shapes);
      expect(Math.abs(medianMs / (first?.medianMs ?? NaN) - 1)).toBeLessThan(mostApartAtFullCost);
    }
  };

  it('cannot be told by register', async () => {
    const known = await insertAccounts(served.auth, 10, { isVerified: true });
    await expectEven('register', {
      unknown: () => served.call('register', { email: newEmail(), password }),
      known: (sample) => served.call('register', { email: at(known, sample), password }),
    });
  });

  it('cannot be told by login with a wrong password, though it was hashed at a lower cost', async () => {
    const known = await insertAccounts(served.auth, 10, { isVerified: true });
    const ofOld = await insertAccounts(served.auth, 10, { isVerified: true, passwordHash: await bcrypt.hash('another password', 10) });
    const wrong = { password: 'a wrong password' };
    await expectEven('login', {
      unknown: () => served.call('login', { email: newEmail(), ...wrong }),
      known: (sample) => served.call('login', { email: at(known, sample), ...wrong }),
      'known for long': (sample) => served.call('login', { email: at(ofOld, sample), ...wrong }),
    });
  });
});
