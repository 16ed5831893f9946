import { newId } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { countDatabaseWork, createTestContext, createTestDatabase, expectNoMoreWork, testToken, type DatabaseWork, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { startMessaging } from '../main';
import { entry, makeGroup, send, sendMany, summary } from '../messaging.fixture';

/** A group, and the members of it that are connected to one process. */
interface Crowd { groupId: string; here: string[] }

const membersHere = 10;
/** So that the planner sees tables as they are in use: with a page of rows, one index is as good to it as the other. */
const messagesBefore = 500;

describe('in a group of 10,000, against one of 10', () => {
  let database: TestDatabase;
  let small: Crowd;
  let large: Crowd;
  let workOf: (act: () => Promise<void>) => Promise<DatabaseWork>;

  const start = (): Promise<Service> => startMessaging(createTestContext(database), { sweepEveryMs: 3_600_000 });
  const batch = ({ groupId, here }: Crowd) => here.flatMap((sender) => [1, 2].map(() => entry(sender, groupId, { chatType: 'group' })));

  const gather = async (size: number): Promise<Crowd> => {
    const here = Array.from({ length: membersHere }, newId);
    const groupId = await makeGroup(database, ...here);
    await database.query(
      'insert into group_members (group_id, user_id) select $1, gen_random_uuid() from generate_series(1, $2::int)', [groupId, size - membersHere]);
    return { groupId, here };
  };
  beforeAll(async () => {
    database = await createTestDatabase();
    small = await gather(membersHere);
    large = await gather(10_000);
    const service = await start();
    for (const { groupId, here: [sender = ''] } of [small, large]) await sendMany(service, sender, groupId, 'group', messagesBefore);
    await service.drain();
    await service.close();
    workOf = await countDatabaseWork(database);
  });
  afterAll(() => database.drop());

  const calls: [what: string, act: (service: Service, crowd: Crowd) => Promise<void>][] = [
    ['sending', async (service, crowd) => {
      const { results } = await send(service, batch(crowd));
      expect(results.map(summary)).toEqual(results.map((_, index) => `stored ${messagesBefore + index + 1}`));
    }],
    ['making the room right before a push', async (service, { groupId, here }) => {
      const reply = await service.internal['members-among']?.({ groupId, userIds: [...here, newId()] });
      expect(reply?.memberIds.toSorted()).toEqual(here.toSorted());
    }],
    ['fetching what a push misses', async (service, { groupId }) => {
      const reply = await service.internal['messages-between']?.({ conversationId: groupId, afterSeq: 3, beforeSeq: 9 });
      expect(reply?.messages).toHaveLength(5);
    }],
    ['connecting', async (service, { groupId, here }) => {
      const reply = await service.internal['groups-of-users']?.({ userIds: here });
      expect(reply?.groups.flat().map((group) => group.groupId)).toEqual(here.map(() => groupId));
    }],
    ['reading', async (service, { groupId, here: [reader = ''] }) => {
      const reply = await request(service.app).post('/api/v1/get-messages').send({ token: testToken(reader), chatId: groupId, chatType: 'group', limit: 10 });
      expect(reply.body).toMatchObject({ success: true, data: Array.from({ length: 10 }, () => ({ to: groupId })) });
    }],
  ];

  it.each(calls)('%s does no more work', async (_what, act) => {
    const workIn = (crowd: Crowd) => workOf(async () => {
      const service = await start();
      await act(service, crowd);
      await service.drain();
      await service.close();
    });
    expectNoMoreWork(await workIn(large), await workIn(small));
  });
});
