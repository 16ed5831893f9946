import { whileCommitsFail } from '@chat-backend/testing';
import { startGroupUnderTest, type GroupUnderTest } from '../group.fixture';

describe('create-group', () => {
  let groups: GroupUnderTest;
  let ann: string;
  beforeAll(async () => { groups = await startGroupUnderTest(); [ann] = await groups.addUsers(1) as [string]; });
  afterAll(() => groups.stop());

  it('makes the creator owner and member', async () => {
    const given = { groupName: 'Friends of tea', about: 'green', profileImage: 'https://example.com/tea.png' };
    const reply = await groups.call('create-group', ann, given);
    expect(reply).toEqual({ status: 200, body: { success: true, message: 'Group created successfully', data: { id: expect.any(String) as string, ...given } } });
    const { id } = reply.body.data as unknown as { id: string };
    expect(await groups.stored(id)).toEqual({ ownerId: ann, version: 1, isClosed: false, members: [{ userId: ann, role: 'owner' }] });
  });

  it('tells its creator, in their log', async () => {
    const given = { groupName: 'Friends of tea', about: 'green', profileImage: 'https://example.com/tea.png' };
    const [added, ...more] = await groups.addedBy(() => groups.call('create-group', ann, given));
    expect(added).toEqual({
      userId: ann,
      event: { number: expect.any(Number) as number, createdAt: expect.any(String) as string, kind: 'membership', state: 'owner', group: { id: expect.any(String) as string, ...given } },
    });
    expect(more).toEqual([]);
  });

  it('tells nobody when it does not commit, and stores nothing', async () => {
    expect(await groups.addedBy(async () => {
      expect((await whileCommitsFail(groups.database, () => groups.call('create-group', ann, { groupName: 'never' }))).status).toBe(500);
    })).toEqual([]);
    expect(await groups.database.query(`select 1 from groups where name = 'never'`)).toEqual([]);
  });

  it('shows null for what was not given', async () => {
    expect((await groups.call('create-group', ann, { groupName: 'bare' })).body.data).toMatchObject({ groupName: 'bare', about: null, profileImage: null });
  });

  it.each([{}, { groupName: ' ' }, { groupName: 'x'.repeat(65) }, { groupName: 'a\ud800' }, { groupName: 5 }])('refuses %j and stores nothing', async (body) => {
    const before = await groups.database.query('select count(*) from groups');
    expect(await groups.call('create-group', ann, body)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ field: 'groupName' }] } });
    expect(await groups.database.query('select count(*) from groups')).toEqual(before);
  });

  it('stores no group without its owner\'s membership', async () => {
    await groups.database.query(`alter table group_members add constraint never check (user_id <> '${ann}') not valid`);
    expect(await groups.addedBy(async () => { expect((await groups.call('create-group', ann, { groupName: 'half' })).status).toBe(500); })).toEqual([]);
    await groups.database.query('alter table group_members drop constraint never');
    expect(await groups.database.query(`select 1 from groups where name = 'half'`)).toEqual([]);
  });
});
