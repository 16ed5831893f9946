import { newId } from '@chat-backend/database';
import { behindSending, createTestContext, createTestDatabase, testToken, watchUserLogs, type LogsWatch, type TestDatabase } from '@chat-backend/testing';
import type pg from 'pg';
import request from 'supertest';
import { startGroup } from './main';
import type { Membership } from './members/log-memberships';

export interface ItemOfReply { id: string; groupName?: string; about: string | null; profileImage?: string | null; user_name?: string | null; role?: string }
export interface Reply {
  status: number;
  body: { success: boolean; message: string; code?: string; data?: ItemOfReply[]; nextCursor?: string; errors?: { field: string }[] };
}
export interface StoredGroup { ownerId: string | null; version: number; isClosed: boolean; members: { userId: string; role: string }[] }

/** The service on a database of its own, and what its tests do with it. */
export interface GroupUnderTest {
  database: TestDatabase;
  /** Calls as the user. */
  call(verb: string, userId: string, body?: object): Promise<Reply>;
  addUsers(count: number): Promise<string[]>;
  /** A group of the owner, and the others in the order in which they joined. */
  addGroup(ownerId: string, ...members: readonly string[]): Promise<string>;
  stored(groupId: string): Promise<StoredGroup>;
  /** What the act adds to the logs of users and announces. */
  addedBy: LogsWatch;
  /** The change is asked for while something is being sent to the group, and waits for its end; what sending does meanwhile comes before it. */
  behindSending<Result>(groupId: string, send: (sender: pg.Client) => Promise<unknown>, change: () => Promise<Result>): Promise<Result>;
  /** Every page of a list, until no `nextCursor` is named. */
  readAll(verb: string, userId: string, body?: object): Promise<ItemOfReply[][]>;
  stop(): Promise<void>;
}

export const startGroupUnderTest = async (): Promise<GroupUnderTest> => {
  const database = await createTestDatabase();
  const context = createTestContext(database);
  const service = await startGroup(context);

  const call: GroupUnderTest['call'] = async (verb, userId, body = {}) => {
    const { status, body: replied } = await request(service.app).post(`/api/v1/${verb}`).send({ token: testToken(userId), ...body });
    return { status, body: replied as Reply['body'] };
  };

  return {
    database, call,
    addedBy: watchUserLogs(database, context.events),
    async addUsers(count) {
      const ids = Array.from({ length: count }, () => newId());
      await database.query(
        `insert into users (id, email, user_name, password_hash, pepper_id, is_verified, updated_at)
         select id, id || '@example.com', 'user ' || id, 'none', 'none', true, now() from unnest($1::uuid[]) id`, [ids]);
      return ids;
    },
    async addGroup(ownerId, ...members) {
      const reply = await call('create-group', ownerId, { groupName: 'a group' });
      const { id } = reply.body.data as unknown as ItemOfReply;
      for (const member of members) await call('join-group', member, { groupId: id });
      return id;
    },
    async stored(groupId) {
      const [group] = await database.query<{ owner_id: string | null; membership_version: string; closed_at: Date | null }>('select * from groups where id = $1', [groupId]);
      if (group === undefined) throw new Error(`there is no group ${groupId}`);
      const members = await database.query<{ user_id: string; role: string }>('select * from group_members where group_id = $1 order by joined_at, user_id', [groupId]);
      return {
        ownerId: group.owner_id, version: Number(group.membership_version), isClosed: group.closed_at !== null,
        members: members.map(({ user_id, role }) => ({ userId: user_id, role })),
      };
    },
    behindSending: (groupId, send, change) => behindSending(database, groupId, send, change),
    async readAll(verb, userId, body = {}) {
      const pages: ItemOfReply[][] = [];
      for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
        const reply = await call(verb, userId, { ...body, ...(cursor === undefined ? {} : { cursor }) });
        if (reply.status !== 200) throw new Error(`${verb} answered ${reply.status}`);
        pages.push(reply.body.data ?? []);
        cursor = reply.body.nextCursor;
      }
      return pages;
    },
    async stop() {
      await service.close();
      await database.drop();
    },
  };
};

export const idsOf = (items: readonly ItemOfReply[] | undefined): string[] => (items ?? []).map(({ id }) => id);

/** What is added to the logs of these, and of nobody else, when this is what they are in the group now. */
export const told = (groupId: string, ...memberships: readonly Membership[]): object[] =>
  memberships.map(({ userId, state }) => ({ userId, event: { kind: 'membership', state, group: { id: groupId } } }));
