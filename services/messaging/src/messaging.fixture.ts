import type { BatchEntry, BatchResult, ChatType, InternalCalls } from '@chat-backend/contracts';
import { newId, orderedPair } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, type TestDatabase } from '@chat-backend/testing';
import { startMessaging } from './main';

/** What the tests of this service need to have in other services' tables. */
export const befriend = async (database: TestDatabase, one: string, other: string): Promise<void> => {
  const { lowUserId, highUserId } = orderedPair(one, other);
  await database.query('insert into friendships (low_user_id, high_user_id) values ($1, $2)', [lowUserId, highUserId]);
};

export const unfriend = async (database: TestDatabase, one: string, other: string): Promise<void> => {
  const { lowUserId, highUserId } = orderedPair(one, other);
  await database.query('delete from friendships where low_user_id = $1 and high_user_id = $2', [lowUserId, highUserId]);
};

export const makeFriends = async (database: TestDatabase): Promise<[string, string]> => {
  const pair: [string, string] = [newId(), newId()];
  await befriend(database, ...pair);
  return pair;
};

export const makeGroup = async (database: TestDatabase, ...memberIds: string[]): Promise<string> => {
  const id = newId();
  await database.query(`insert into groups (id, name, about, membership_version) values ($1, 'climbers', 'on rock', 7)`, [id]);
  for (const memberId of memberIds) await database.query('insert into group_members (group_id, user_id) values ($1, $2)', [id, memberId]);
  return id;
};

export const entry = (senderId: string, to: string, fields: Partial<BatchEntry> = {}): BatchEntry =>
  ({ senderId, to, chatType: 'friend', message: 'hello', messageType: 'TEXT', clientMessageId: newId(), ...fields });

type Request = InternalCalls['send-batch']['request'];

/** The internal call, as a process that runs realtime too makes it. */
export const send = async (service: Service, entries: BatchEntry[], more: Partial<Request> = {}): Promise<InternalCalls['send-batch']['reply']> => {
  const handle = service.internal['send-batch'];
  if (handle === undefined) throw new Error('messaging serves send-batch');
  return handle({ entries, pushed: [], ...more });
};

/** A short word for each result, for comparing many at once. */
export const summary = (result: BatchResult): string =>
  result.status === 'refused' ? result.code : `${result.status} ${result.status === 'stored' ? result.committed.message.seq : result.seq}`;

export const sendMany = async (service: Service, senderId: string, to: string, chatType: ChatType, count: number): Promise<void> => {
  await send(service, Array.from({ length: count }, (_, index) => entry(senderId, to, { chatType, message: `message ${index + 1}` })));
};

export interface OneService { database: TestDatabase; service: Service }

/** Gives a description one service, on a database of its own; its sweep does not run. */
export const withOneService = (use: (given: OneService) => void): void => {
  let given: OneService;
  beforeAll(async () => {
    const database = await createTestDatabase();
    given = { database, service: await startMessaging(createTestContext(database), { sweepEveryMs: 3_600_000 }) };
    use(given);
  });
  afterAll(async () => {
    await given.service.drain();
    await given.service.close();
    await given.database.drop();
  });
};
