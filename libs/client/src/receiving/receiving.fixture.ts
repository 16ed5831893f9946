import { randomUUID } from 'node:crypto';
import type { SyncReply } from '@chat-backend/contracts';
import { openBench, type TestBench, type TestClient } from '../client.fixture';

type Options = Parameters<TestBench['client']>[0];

export interface Receiver {
  bench: TestBench;
  me: string;
  friend: string;
  /** A client of mine that is not connected yet. */
  started(options?: Options): TestClient;
  /** A client of mine that has everything. */
  live(options?: Options): Promise<TestClient>;
  /** My friend writes to me. */
  say(text: string): ReturnType<TestBench['server']['say']>;
}

/** For each test a server, me, and a friend; all of it is gone after the test. */
export const eachWithFriend = (): (() => Receiver) => {
  let receiver: Receiver | undefined;
  const current = (): Receiver => {
    if (receiver === undefined) throw new Error('only a test has it');
    return receiver;
  };
  beforeEach(async () => {
    const bench = await openBench();
    const [me, friend] = [randomUUID(), randomUUID()];
    bench.server.store.befriend(me, friend);
    const started = (options: Options = {}): TestClient => bench.client({ session: bench.server.session(me), ...options });
    receiver = {
      bench, me, friend, started,
      async live(options = {}) {
        const mine = started(options);
        await mine.client.connect();
        return mine;
      },
      say: (text) => bench.server.say(friend, me, 'friend', text),
    };
  });
  afterEach(() => current().bench.stop());
  return current;
};

export const have = (mine: TestClient, count: number): Promise<void> => mine.until(() => mine.events.message.length === count, `${count} messages`);

export const withPage = (reply: SyncReply, change: Partial<SyncReply['conversations'][number]>): SyncReply =>
  ({ ...reply, conversations: reply.conversations.map((page) => ({ ...page, ...change })) });
