import { setTimeout as pause } from 'node:timers/promises';
import { createChatClient, type ChatClient } from '@chat-backend/client';
import { post } from './api-client';

export interface Account { id: string; email: string; password: string; token: string; refreshToken: string }

/** What became of the calls. Whoever met a process that was away repeated the call. */
export interface Counted { calls: number; repeated: number; refused: string[]; renewals: number; signIns: number; messages: number }

export interface Traffic {
  counted: Counted;
  /** Resolves when so much more of everything was done. */
  more(): Promise<void>;
  /** Stops writing and calling. @returns what both sent and each was handed out, as `from:text`, when they have all of it; and which sessions ended */
  stop(): Promise<{ received: string[][]; sent: string[]; ended: unknown[] }>;
  /** Whatever state it is in. */
  close(): Promise<void>;
}

const awayStatuses: readonly number[] = [502, 503];
const betweenMs = 30;
const awayMs = 50;
const reads = ['get-user-details', 'get-all-friends', 'get-all-groups', 'get-conversations'] as const;
const quick = { reconnectBaseMs: 100, reconnectCapMs: 500, retryBaseMs: 50, gapMs: 20 };

/** Two friends who go on calling, renewing, signing in and writing to each other, whatever happens to the processes. */
export const startTraffic = async (url: string, [one, other]: readonly [Account, Account]): Promise<Traffic> => {
  const counted: Counted = { calls: 0, repeated: 0, refused: [], renewals: 0, signIns: 0, messages: 0 };
  let isStopped = false;

  /** @returns what a success answers as `data`; undefined for a refusal, and when it was stopped before there was an answer */
  const untilAnswered = async (name: string, body: object): Promise<unknown> => {
    while (!isStopped) {
      const reply = await post(url, name, body).catch(() => undefined);
      if (reply !== undefined && !awayStatuses.includes(reply.status)) {
        counted.calls += 1;
        if (reply.status === 200) return reply.body['data'];
        counted.refused.push(`${name}: ${reply.status} ${String(reply.body['code'])}`);
        return undefined;
      }
      counted.repeated += 1;
      await pause(awayMs);
    }
    return undefined;
  };
  const repeat = async (act: (turn: number) => Promise<void>): Promise<void> => {
    for (let turn = 0; !isStopped; turn += 1) {
      await act(turn);
      await pause(betweenMs);
    }
  };

  let newest = one;
  const readWith = (tokenOf: () => string) => repeat(async (turn) => { await untilAnswered(reads[turn % reads.length] ?? reads[0], { token: tokenOf() }); });
  const renew = () => repeat(async () => {
    newest = { ...newest, ...await untilAnswered('refresh-token', { refreshToken: newest.refreshToken }) as Partial<Account> | undefined };
    counted.renewals += 1;
  });
  const signIn = () => repeat(async () => {
    const signedIn = await untilAnswered('login', { email: other.email, password: other.password }) as Account | undefined;
    if (signedIn === undefined) return;
    await untilAnswered('get-all-friends', { token: signedIn.token });
    // A user has so many sessions, and the client's is the oldest. Whether the call arrived is nobody's matter.
    await post(url, 'logout', { token: signedIn.token }).catch(() => undefined);
    counted.signIns += 1;
  });

  const ended: unknown[] = [];
  const received: string[][] = [[], []];
  const sent: string[] = [];
  /** A session of its own, so that nobody else renews it. */
  const clientOf = async ({ email, password }: Account, index: number): Promise<ChatClient> => {
    const client = createChatClient({ url, timing: quick, transports: ['websocket'] });
    client.on('message', ({ from, message }) => { received[index]?.push(`${from}:${message}`); });
    client.on('sessionEnded', (why) => { ended.push(why); });
    await client.signIn({ email, password });
    await client.connect();
    return client;
  };
  const clients = await Promise.all([clientOf(one, 0), clientOf(other, 1)]);
  const write = ([client, from, to]: readonly [ChatClient | undefined, string, string]) => repeat(async (turn) => {
    sent.push(`${from}:${turn}`);
    await client?.send({ to, chatType: 'friend', message: String(turn) }).stored;
    counted.messages += 1;
  });

  const loops = Promise.all([
    readWith(() => one.token), readWith(() => newest.token), renew(), signIn(), write([clients[0], one.id, other.id]), write([clients[1], other.id, one.id]),
  ]);
  loops.catch(() => undefined);

  return {
    counted,
    async more() {
      const { calls, renewals, signIns, messages } = counted;
      while (counted.calls < calls + 40 || counted.renewals < renewals + 5 || counted.signIns < signIns + 5 || counted.messages < messages + 20) await pause(betweenMs);
    },
    async stop() {
      isStopped = true;
      await loops;
      while (received.some(({ length }) => length < sent.length)) await pause(betweenMs);
      return { received, sent, ended };
    },
    async close() {
      isStopped = true;
      await Promise.all(clients.map((client) => client.close()));
    },
  };
};
