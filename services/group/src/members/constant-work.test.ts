import { countDatabaseWork, createTestContext, expectNoMoreWork, testToken, type DatabaseWork } from '@chat-backend/testing';
import request from 'supertest';
import { startGroupUnderTest, type GroupUnderTest } from '../group.fixture';
import { startGroup } from '../main';

/** A group with an owner, and two who come and go. */
interface Crowd { groupId: string; owner: string; newcomer: string; removed: string }

describe('in a group of 10,000, against one of 10', () => {
  let groups: GroupUnderTest;
  let small: Crowd;
  let large: Crowd;
  let workOf: (act: () => Promise<void>) => Promise<DatabaseWork>;

  const gather = async (size: number): Promise<Crowd> => {
    const [owner, newcomer, removed] = await groups.addUsers(3) as [string, string, string];
    const groupId = await groups.addGroup(owner, removed);
    const members = await groups.addUsers(size - 2);
    await groups.database.query('insert into group_members (group_id, user_id) select $1, id from unnest($2::uuid[]) id', [groupId, members]);
    return { groupId, owner, newcomer, removed };
  };
  beforeAll(async () => {
    groups = await startGroupUnderTest();
    small = await gather(10);
    large = await gather(10_000);
    workOf = await countDatabaseWork(groups.database);
  });
  afterAll(() => groups.stop());

  const calls: [verb: string, call: (crowd: Crowd) => { as: string; body: object }][] = [
    ['join-group', ({ newcomer, groupId }) => ({ as: newcomer, body: { groupId } })],
    ['get-group-members', ({ owner, groupId }) => ({ as: owner, body: { groupId, limit: 5 } })],
    ['get-all-groups', ({ owner }) => ({ as: owner, body: {} })],
    ['get-all-groups-join', ({ owner }) => ({ as: owner, body: {} })],
    ['remove-member', ({ owner, groupId, removed }) => ({ as: owner, body: { groupId, userId: removed } })],
    ['leave-group', ({ newcomer, groupId }) => ({ as: newcomer, body: { groupId } })],
    ['leave-group', ({ owner, groupId }) => ({ as: owner, body: { groupId } })],
  ];

  it.each(calls)('%s does no more work', async (verb, callOf) => {
    const workIn = (crowd: Crowd) => workOf(async () => {
      const { as, body } = callOf(crowd);
      const service = await startGroup(createTestContext(groups.database));
      const reply = await request(service.app).post(`/api/v1/${verb}`).send({ token: testToken(as), ...body });
      expect(reply.status).toBe(200);
      await service.close();
    });
    expectNoMoreWork(await workIn(large), await workIn(small));
  });
});
