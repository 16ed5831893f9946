import { startGroupUnderTest, type GroupUnderTest } from '../group.fixture';

describe('export-groups', () => {
  let groups: GroupUnderTest;
  beforeAll(async () => { groups = await startGroupUnderTest(); });
  afterAll(() => groups.stop());

  it('gives each group that I am in, with my role, once, in pages of a hundred', async () => {
    const [me, other] = await groups.addUsers(2) as [string, string];
    const mine = await groups.addGroup(me, other);
    await groups.addGroup(other);
    await groups.database.query(`insert into groups (id, name, owner_id) select gen_random_uuid(), 'many', $1 from generate_series(1, 250)`, [other]);
    await groups.database.query(`insert into group_members (group_id, user_id) select id, $1 from groups where name = 'many'`, [me]);
    const pages = await groups.readAll('export-groups', me);
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 51]);
    const records = pages.flat() as unknown as { kind: string; group: { id: string; groupName: string }; role: string }[];
    expect(new Set(records.map(({ group }) => group.id)).size).toBe(251);
    expect(records.filter(({ role }) => role === 'owner')).toMatchObject([{ kind: 'membership', group: { id: mine, groupName: 'a group' } }]);
  });

  it('is in the audit log, once however many pages there are', async () => {
    const [me, other] = await groups.addUsers(2) as [string, string];
    await groups.database.query(`insert into groups (id, name, owner_id) select gen_random_uuid(), 'all of them', $1 from generate_series(1, 150)`, [other]);
    await groups.database.query(`insert into group_members (group_id, user_id) select id, $1 from groups where name = 'all of them'`, [me]);
    expect(await groups.readAll('export-groups', me)).toHaveLength(2);
    expect(await groups.database.query('select action, user_id, call, address from audit_log where user_id = $1', [me])).toEqual([
      { action: 'account.exported', user_id: me, call: 'export-groups', address: '127.0.0.1' },
    ]);
  });
});
