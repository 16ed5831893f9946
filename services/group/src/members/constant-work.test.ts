import { createTestContext, testToken } from '@chat-backend/testing';
import request from 'supertest';
import { startGroupUnderTest, type GroupUnderTest } from '../group.fixture';
import { startGroup } from '../main';

describe('in a group of 10,000', () => {
  let groups: GroupUnderTest;
  let owner: string;
  let newcomer: string;
  let groupId: string;
  beforeAll(async () => {
    groups = await startGroupUnderTest();
    [owner, newcomer] = await groups.addUsers(2) as [string, string];
    groupId = await groups.addGroup(owner);
    const members = await groups.addUsers(10_000);
    await groups.database.query('insert into group_members (group_id, user_id) select $1, id from unnest($2::uuid[]) id', [groupId, members]);
    await groups.database.query('analyze');
  });
  afterAll(() => groups.stop());

  const rowsRead = async (): Promise<number> => {
    const [row] = await groups.database.query<{ read: string }>(`
      select (select sum(seq_tup_read) from pg_stat_user_tables where relname = 'group_members')
           + (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'group_members') as read`);
    return Number(row?.read);
  };
  const connections = async (): Promise<number> =>
    (await groups.database.query(`select 1 from pg_stat_activity where application_name = 'chat-backend group' and datname = current_database()`)).length;

  it.each([
    ['join-group', () => newcomer], ['get-group-members', () => owner], ['get-all-groups', () => owner],
    ['get-all-groups-join', () => owner], ['leave-group', () => owner],
  ])('%s reads no more members than a page', async (verb, caller) => {
    const others = await connections();
    const before = await rowsRead();
    const service = await startGroup(createTestContext(groups.database));
    const reply = await request(service.app).post(`/api/v1/${verb}`).send({ token: testToken(caller()), groupId });
    expect(reply.status).toBe(200);
    await service.close();
    // A connection reports what it read when it ends.
    const deadline = Date.now() + 5_000;
    while (await connections() > others && Date.now() < deadline);
    expect(await rowsRead() - before).toBeLessThan(200);
    expect(await rowsRead() - before).toBeGreaterThanOrEqual(0);
  });
});
