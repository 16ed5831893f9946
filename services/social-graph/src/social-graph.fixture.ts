import { once } from 'node:events';
import { newId } from '@chat-backend/database';
import { createTestContext, createTestDatabase, testToken, watchUserLogs, type LogsWatch, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import type { Side } from './friends/log-friendship';
import { startSocialGraph } from './main';

export interface Reply { status: number; body: { success: boolean; message: string; code?: string; data?: PersonOfReply[]; nextCursor?: string; errors?: { field: string }[] } }
export interface PersonOfReply { id: string; user_name: string | null; about: string | null; profile_image: string | null }
export interface NewUser { email?: string; userName?: string | null; about?: string; profileImage?: string; isVerified?: boolean }

/** The service on a database of its own, and what its tests do with it. */
export interface SocialGraphUnderTest {
  database: TestDatabase;
  /** Calls as the user. */
  call(verb: string, userId: string, body?: object): Promise<Reply>;
  addUser(user?: NewUser): Promise<string>;
  addUsers(count: number): Promise<string[]>;
  befriend(one: string, other: string): Promise<void>;
  block(blocker: string, blocked: string): Promise<void>;
  /** What the act adds to the logs of users and announces. */
  addedBy: LogsWatch;
  /** Every page of a list, `limit` at a time, until no `nextCursor` is named. */
  readAll(verb: string, userId: string, body?: { limit?: number; query?: string }): Promise<PersonOfReply[][]>;
  stop(): Promise<void>;
}

export const startSocialGraphUnderTest = async (env: NodeJS.ProcessEnv = {}): Promise<SocialGraphUnderTest> => {
  const database = await createTestDatabase();
  const context = createTestContext(database, { env });
  const service = await startSocialGraph(context);
  // Listens once: a server for each of a model's thousand calls would take longer than the calls.
  const server = service.app.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const call: SocialGraphUnderTest['call'] = async (verb, userId, body = {}) => {
    const { status, body: replied } = await request(server).post(`/api/v1/${verb}`).send({ token: testToken(userId), ...body });
    return { status, body: replied as Reply['body'] };
  };

  const addUser: SocialGraphUnderTest['addUser'] = async ({ email, userName = null, about, profileImage, isVerified = true } = {}) => {
    const id = newId();
    await database.query(
      `insert into users (id, email, user_name, about, profile_image, password_hash, pepper_id, is_verified, updated_at)
       values ($1, $2, $3, $4, $5, 'none', 'none', $6, now())`,
      [id, email ?? `${id}@example.com`, userName, about ?? null, profileImage ?? null, isVerified]);
    return id;
  };

  return {
    database, call, addUser,
    addedBy: watchUserLogs(database, context.events),
    async addUsers(count) {
      const ids = Array.from({ length: count }, () => newId());
      await database.query(
        `insert into users (id, email, password_hash, pepper_id, is_verified, updated_at)
         select id, id || '@example.com', 'none', 'none', true, now() from unnest($1::uuid[]) id`, [ids]);
      return ids;
    },
    async befriend(one, other) {
      await call('sent-request', one, { to: other });
      await call('accept-request', other, { to: one });
    },
    async block(blocker, blocked) {
      await database.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [blocker, blocked]);
    },
    async readAll(verb, userId, body = {}) {
      const pages: PersonOfReply[][] = [];
      for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
        const reply = await call(verb, userId, { ...body, ...(cursor === undefined ? {} : { cursor }) });
        if (reply.status !== 200) throw new Error(`${verb} answered ${reply.status}`);
        pages.push(reply.body.data ?? []);
        cursor = reply.body.nextCursor;
      }
      return pages;
    },
    async stop() {
      await new Promise((resolve) => { server.close(resolve); });
      await service.close();
      await database.drop();
    },
  };
};

export const idsOf = (people: readonly PersonOfReply[] | undefined): string[] => (people ?? []).map(({ id }) => id);

/** What is added to the logs of both, when this is what there is between them now. */
export const toldBoth = (one: Side, other: Side): object[] => [
  { userId: one.userId, event: { kind: 'friendship', state: one.state, user: { id: other.userId } } },
  { userId: other.userId, event: { kind: 'friendship', state: other.state, user: { id: one.userId } } },
];

/** What most tests here need: one service for all of a description, and two new users for each. */
export interface TwoUsers { graph: SocialGraphUnderTest; ann: string; bob: string }

export const withTwoUsers = (use: (given: TwoUsers) => void): void => {
  let graph: SocialGraphUnderTest;
  beforeAll(async () => { graph = await startSocialGraphUnderTest(); });
  afterAll(() => graph.stop());
  beforeEach(async () => {
    const [ann, bob] = await graph.addUsers(2) as [string, string];
    use({ graph, ann, bob });
  });
};
