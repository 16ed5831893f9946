import { randomInt } from 'node:crypto';
import { apiPrefix, errorCodes, eventFailure, limits, routeTable, socketEvents, type ClientEventName, type Endpoint } from '@chat-backend/contracts';
import fc from 'fast-check';
import { Pool } from 'undici';
import { connectSocket, type TestSocket } from '../socket-client';
import { forEachAtOnce } from './at-once';
import { hostileValue, inputsOf } from './inputs-of-schema';
import { judgeReply, type ReceivedReply, type SentCall } from './judge-reply';
import { knownValues, newPopulation, renewPopulation, type Population } from './population';
import { faultsInTables } from './stored-values';
import { sizeFrom, startWatchedProcess, type WatchedProcess } from './watched-process';

/** Inputs of each endpoint and event; by hand 100,000. */
const inputsOfEach = sizeFrom('FUZZ_INPUTS', 1_000);
/** Given again, it makes the same inputs again, up to the ids of the people in them. */
const seed = sizeFrom('FUZZ_SEED', randomInt(2 ** 31));
const callsAtOnce = 8;
/** After so many it is looked whether the caller is still somebody; after so many rounds there are new people, as friendships and groups come to an end, too. */
const inputsOfRound = 50;
const roundsOfPeople = 10;
const shownFaults = 5;
/** What nothing that a client sends may take. */
const longestMs = 1_000;
/** What took longer is tried again by itself, so often: it may have been the machine. */
const attemptsOfSlow = 6;

const print = (line: string): void => { process.stdout.write(`${line}\n`); };
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const shorten = (text: string): string => (text.length > 600 ? `${text.slice(0, 600)}… (${text.length})` : text);

/** How often each answer came, the most frequent first. */
const countAnswers = (codes: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([code, count]) => `${count} ${code}`).join(', ');
};

const timed = async <Answer>(work: () => Promise<Answer>): Promise<{ answer: Answer; tookMs: number }> => {
  const begun = performance.now();
  const answer = await work();
  return { answer, tookMs: performance.now() - begun };
};
/** What takes long whenever it is tried. */
const slowOnes = async <Sent>(suspects: readonly Sent[], send: (sent: Sent) => Promise<unknown>): Promise<Sent[]> => {
  const slow: Sent[] = [];
  for (const sent of suspects) {
    let isSlow = true;
    for (let attempt = 0; isSlow && attempt < attemptsOfSlow; attempt += 1) isSlow = (await timed(() => send(sent))).tookMs > longestMs;
    if (isSlow) slow.push(sent);
  }
  return slow;
};

const rounds = Array.from({ length: Math.ceil(inputsOfEach / inputsOfRound) }, (_, round) => round);
const sample = <Value>(arbitrary: fc.Arbitrary<Value>, round: number): Value[] =>
  fc.sample(arbitrary, { seed: seed + round, numRuns: Math.min(inputsOfRound, inputsOfEach - round * inputsOfRound) });

describe('inputs made from the schemas', () => {
  let product: WatchedProcess;
  let connections: Pool;
  let prototypes: Record<string, string[]>;
  beforeAll(async () => {
    print(`fuzz: FUZZ_SEED=${seed} FUZZ_INPUTS=${inputsOfEach}`);
    product = await startWatchedProcess({ EXPOSE_OTP: 'true' });
    connections = new Pool(product.url, { connections: callsAtOnce });
    prototypes = await product.prototypes();
  });
  afterAll(async () => {
    await connections.close();
    await product.stop();
  });
  afterEach(async () => {
    expect(product.isAlive()).toBe(true);
    expect(await product.prototypes()).toEqual(prototypes);
  });

  /** The token stands in the body as documented, now and then spoilt; beside what is no object it stands in the header. */
  const callOf = (endpoint: Endpoint, input: unknown, token: unknown, isMine: boolean): SentCall => {
    const body = endpoint.access !== 'public' && isObject(input) ? { ...input, token } : input;
    return { endpoint, input, text: JSON.stringify(body), isMine };
  };
  const send = async ({ endpoint, text, input }: SentCall, token: string): Promise<ReceivedReply> => {
    const { statusCode: status, headers, body } = await connections.request({
      method: 'POST', path: `${apiPrefix}/${endpoint.name}`, body: text,
      headers: { 'content-type': 'application/json', ...(isObject(input) ? {} : { authorization: `Bearer ${token}` }) },
    });
    return { status, headers, text: await body.text() };
  };
  const hasLostItsPlace = (codes: readonly string[]): boolean => codes.some((code) => ['SESSION_REVOKED', 'TOKEN_EXPIRED', 'USER_NOT_FOUND', 'WRONG_CREDENTIALS'].includes(code));

  it.each(routeTable)('$name', async (endpoint) => {
    let people: Population = await newPopulation(product);
    const [codes, faults]: [string[], string[]] = [[], []];
    for (const round of rounds) {
      if (round > 0 && round % roundsOfPeople === 0) people = await newPopulation(product);
      const token = fc.oneof({ weight: 20, arbitrary: fc.constant({ isMine: true, token: people.me.token as unknown }) }, { weight: 1, arbitrary: hostileValue.map((value) => ({ isMine: false, token: value })) });
      const inputs = sample(fc.tuple(inputsOf(endpoint.request, knownValues(people, endpoint.name)), token), round);
      const codesOfRound: string[] = [];
      const suspects: SentCall[] = [];
      await forEachAtOnce(inputs, callsAtOnce, async ([input, given], index) => {
        const call = callOf(endpoint, input, given.token, given.isMine || endpoint.access === 'public');
        const { answer: reply, tookMs } = await timed(() => send(call, people.me.token));
        if (tookMs > longestMs) suspects.push(call);
        const sessionEnded = reply.status === 401 && endpoint.access !== 'public';
        const { code, fault } = judgeReply(sessionEnded ? { ...call, isMine: false } : call, reply);
        codesOfRound.push(code);
        if (fault !== undefined) faults.push(`round ${round}, input ${index}: ${fault}\n${shorten(call.text)}\n${shorten(reply.text)}`);
      });
      codes.push(...codesOfRound);
      for (const { text } of await slowOnes(suspects, (call) => send(call, people.me.token))) faults.push(`round ${round}: it took more than ${longestMs} ms each time\n${shorten(text)}`);
      if (hasLostItsPlace(codesOfRound)) people = await renewPopulation(product, people);
    }
    print(`fuzz ${endpoint.name}: ${codes.length} inputs: ${countAnswers(codes)}`);
    expect({ seed, faults: faults.slice(0, shownFaults), more: Math.max(0, faults.length - shownFaults) }).toEqual({ seed, faults: [], more: 0 });
    expect(codes).toHaveLength(inputsOfEach);
  });

  describe('sent by socket', () => {
    let people: Population;
    let socket: TestSocket;
    /** What the server said when it ended the socket: an event may do that, if it says why. */
    let farewell: object | undefined;
    beforeAll(async () => { people = await newPopulation(product); });
    afterEach(() => { socket.close(); });
    const connectAnew = async (): Promise<void> => {
      farewell = undefined;
      socket = await connectSocket(product.url, people.me.token);
      socket.socket.once('sessionEnded', (told: object) => { farewell = told; });
    };
    const ask = async (name: ClientEventName, input: unknown): Promise<unknown> => {
      if (farewell !== undefined) return { success: false, ...farewell };
      return socket.ask(name, input).catch((error: unknown) => {
        if (farewell === undefined) throw error;
        return { success: false, ...farewell };
      });
    };

    const faultOf = (name: ClientEventName, input: unknown, answer: unknown): { code: string; fault: string | undefined } => {
      const { payload, reply } = socketEvents.fromClient[name];
      const failure = eventFailure.safeParse(answer);
      if (!failure.success) {
        const isValid = payload.safeParse(input).success;
        return { code: 'accepted', fault: isValid && reply.safeParse(answer).success ? undefined : `it was answered ${JSON.stringify(answer)}` };
      }
      const { code } = failure.data;
      if (farewell !== undefined) return { code, fault: code in errorCodes ? undefined : `the socket was ended with ${code}` };
      const isRight = code in errorCodes && !['INTERNAL', 'UNAVAILABLE'].includes(code) && (code === 'INVALID_REQUEST' || payload.safeParse(input).success);
      return { code, fault: isRight ? undefined : `it was refused with ${code}` };
    };

    it.each(Object.keys(socketEvents.fromClient) as ClientEventName[])('%s', async (name) => {
      const [codes, faults]: [string[], string[]] = [[], []];
      const inputs = inputsOf(socketEvents.fromClient[name].payload, knownValues(people, name));
      await connectAnew();
      for (const round of rounds) {
        if (!socket.socket.connected) await connectAnew();
        const suspects: unknown[] = [];
        await forEachAtOnce(sample(inputs, round), callsAtOnce, async (input, index) => {
          const text = JSON.stringify(input);
          // A frame that is too large ends the connection: another test's.
          if (Buffer.byteLength(text) > limits.socketFrameBytes - 200) { codes.push('not sent'); return; }
          const { answer, tookMs } = await timed(() => ask(name, input));
          if (tookMs > longestMs) suspects.push(input);
          const { code, fault } = faultOf(name, JSON.parse(text), answer);
          codes.push(code);
          if (fault !== undefined) faults.push(`round ${round}, input ${index}: ${fault}\n${shorten(text)}`);
        });
        for (const input of await slowOnes(suspects, (one) => ask(name, one))) faults.push(`round ${round}: it took more than ${longestMs} ms each time\n${shorten(JSON.stringify(input))}`);
      }
      print(`fuzz event ${name}: ${codes.length} inputs: ${countAnswers(codes)}`);
      expect({ seed, faults: faults.slice(0, shownFaults), more: Math.max(0, faults.length - shownFaults) }).toEqual({ seed, faults: [], more: 0 });
      expect(codes).toHaveLength(inputsOfEach);
    });
  });

  it('have left nothing in the tables that the contract forbids', async () => {
    const { faults, rows } = await faultsInTables(product);
    print(`fuzz: rows read: ${JSON.stringify(rows)}`);
    expect({ seed, faults: faults.slice(0, shownFaults) }).toEqual({ seed, faults: [] });
    expect(Math.min(...Object.values(rows))).toBeGreaterThan(0);
  });
});
