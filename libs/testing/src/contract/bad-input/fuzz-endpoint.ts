import { apiPrefix, type Endpoint } from '@chat-backend/contracts';
import fc from 'fast-check';
import type { Pool } from 'undici';
import { forEachAtOnce } from './at-once';
import { createFindings, rounds, sample } from './fuzzing';
import { hostileValue, inputsOf, type KnownValues } from './inputs-of-schema';
import { judgeReply, type ReceivedReply, type SentCall } from './judge-reply';

/** Who calls: with which tokens, and what they know. */
export interface Caller {
  /** Each good for the call. Of several one is chosen for each input. */
  tokens: readonly [string, ...string[]];
  known: KnownValues;
}

/** Where callers come from, and what their calls may do. */
export interface Callers<Person extends Caller> {
  callsAtOnce: number;
  /** What a call may take, if it is more than a second. */
  mayTakeMs?: number;
  anew(): Promise<Person>;
  /** The same while that is possible: what was tried may have ended their session, or used up their challenges. */
  renew(caller: Person): Promise<Person>;
  /** What it is answered when a caller is nobody any more. */
  lostItsPlace: readonly string[];
  /** What else a reply may not be, here. */
  alsoJudge?(reply: ReceivedReply, code: string): string | undefined;
}

/** After so many rounds the caller is new, as friendships and groups come to an end, too. */
const roundsOfCaller = 10;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The token stands in the body as documented, now and then spoilt; beside what is no object it stands in the header. */
const callOf = (endpoint: Endpoint, input: unknown, token: unknown, isMine: boolean): SentCall => {
  const body = endpoint.access !== 'public' && isObject(input) ? { ...input, token } : input;
  return { endpoint, input, text: JSON.stringify(body), isMine };
};

const sendBy = (connections: Pool, token: string) => async ({ endpoint, text, input }: SentCall): Promise<ReceivedReply> => {
  const { statusCode: status, headers, body } = await connections.request({
    method: 'POST', path: `${apiPrefix}/${endpoint.name}`, body: text,
    headers: { 'content-type': 'application/json', ...(isObject(input) ? {} : { authorization: `Bearer ${token}` }) },
  });
  return { status, headers, text: await body.text() };
};

const inputsFor = (endpoint: Endpoint, { tokens, known }: Caller): fc.Arbitrary<[unknown, { isMine: boolean; token: unknown }]> => fc.tuple(
  inputsOf(endpoint.request, known),
  fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...tokens).map((token) => ({ isMine: true, token: token as unknown })) },
    { weight: 1, arbitrary: hostileValue.map((value) => ({ isMine: false, token: value })) },
  ),
);

/** Sends an endpoint its inputs and judges every reply. */
export const fuzzEndpoint = async <Person extends Caller>(endpoint: Endpoint, connections: Pool, callers: Callers<Person>): Promise<void> => {
  const findings = createFindings<SentCall>(callers.mayTakeMs);
  let caller = await callers.anew();
  for (const round of rounds) {
    if (round > 0 && round % roundsOfCaller === 0) caller = await callers.anew();
    const send = sendBy(connections, caller.tokens[0]);
    let hasLostItsPlace = false;
    await forEachAtOnce(sample(inputsFor(endpoint, caller), round), callers.callsAtOnce, async ([input, given], index) => {
      const call = callOf(endpoint, input, given.token, given.isMine || endpoint.access === 'public');
      const reply = await findings.sendTimed(call, send);
      const sessionEnded = reply.status === 401 && endpoint.access !== 'public';
      const { code, fault } = judgeReply(sessionEnded ? { ...call, isMine: false } : call, reply);
      findings.answered(code);
      hasLostItsPlace ||= callers.lostItsPlace.includes(code);
      for (const found of [fault, callers.alsoJudge?.(reply, code)]) if (found !== undefined) findings.fault(round, index, found, call.text, reply.text);
    });
    await findings.endRound(round, send, ({ text }) => text);
    if (hasLostItsPlace) caller = await callers.renew(caller);
  }
  findings.expectNone(endpoint.name);
};
