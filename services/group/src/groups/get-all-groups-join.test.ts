import { countDatabaseWork, createTestContext, expectNoMoreWork, testToken, type DatabaseWork } from '@chat-backend/testing';
import request from 'supertest';
import { startGroupUnderTest, type GroupUnderTest } from '../group.fixture';
import { startGroup } from '../main';

describe('get-all-groups-join', () => {
  let groups: GroupUnderTest;
  beforeAll(async () => { groups = await startGroupUnderTest(); });
  afterAll(() => groups.stop());

  it('does no more work where 3,000 newer groups have come and gone', async () => {
    const [ann, bob] = await groups.addUsers(2) as [string, string];
    const open = await groups.addGroup(ann);
    const list = async (): Promise<DatabaseWork> => (await countDatabaseWork(groups.database))(async () => {
      const service = await startGroup(createTestContext(groups.database));
      const reply = await request(service.app).post('/api/v1/get-all-groups-join').send({ token: testToken(bob) });
      expect(reply.body).toMatchObject({ data: [{ id: open }] });
      await service.close();
    });
    const few = await list();
    await groups.database.query(
      `insert into groups (id, name, closed_at) select ('ffffffff-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'gone', now() from generate_series(1, 3000) n`);
    expectNoMoreWork(await list(), few);
  });
});
