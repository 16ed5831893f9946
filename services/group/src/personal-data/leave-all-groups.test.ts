import { createTestContext } from '@chat-backend/testing';
import { told, startGroupUnderTest, type GroupUnderTest } from '../group.fixture';
import { openGroupDatabase, type GroupDatabase } from '../db';
import { leaveAllGroups } from './leave-all-groups';

const going = new AbortController().signal;

describe('a deleted user', () => {
  let groups: GroupUnderTest;
  let database: GroupDatabase;
  beforeAll(async () => {
    groups = await startGroupUnderTest();
    database = openGroupDatabase({ url: groups.database.urlFor('group'), poolSize: 4 });
  });
  afterAll(async () => {
    await database.close();
    await groups.stop();
  });

  const { logger, events } = createTestContext(undefined);
  const erase = (userId: string, signal = going) => leaveAllGroups({ database, events, logger })({ userId, erasesMessages: false }, signal);
  const users = async () => await groups.addUsers(3) as [string, string, string];
  const membershipsOf = async (userId: string): Promise<number> => (await groups.database.query('select 1 from group_members where user_id = $1', [userId])).length;

  it('leaves every group: a member goes, an owner\'s group passes to its longest-standing member, and without one it closes', async () => {
    const [gone, elder, younger] = await users();
    const [joined, owned, alone] = [await groups.addGroup(elder, gone), await groups.addGroup(gone, elder, younger), await groups.addGroup(gone)];
    await erase(gone);
    expect(await groups.stored(joined)).toEqual({ ownerId: elder, version: 3, isClosed: false, members: [{ userId: elder, role: 'owner' }] });
    expect(await groups.stored(owned)).toMatchObject({ ownerId: elder, version: 4, isClosed: false, members: [{ userId: elder, role: 'owner' }, { userId: younger, role: 'member' }] });
    expect(await groups.stored(alone)).toEqual({ ownerId: null, version: 2, isClosed: true, members: [] });
    expect(await groups.database.query('select 1 from groups where owner_id = $1', [gone])).toEqual([]);
  });

  it('is followed by somebody who is told so in the log', async () => {
    const [gone, heir] = await users();
    const groupId = await groups.addGroup(gone, heir);
    const heard: unknown[] = [];
    events.on('user.changed', ({ logged }) => { heard.push(...logged); });
    await erase(gone);
    expect(heard).toMatchObject(told(groupId, { userId: gone, state: 'none' }, { userId: heir, state: 'owner' }));
    // No call of anybody's: it names none, and no address.
    expect(await groups.database.query('select action, user_id, subject_id, call, request_id, address from audit_log where object_id = $1', [groupId])).toEqual([
      { action: 'group.owner-changed', user_id: gone, subject_id: heir, call: null, request_id: null, address: null },
    ]);
  });

  it('leaves more than a page of groups, and at once with another process', async () => {
    const [gone, owner] = await users();
    await groups.database.query(`insert into groups (id, name, owner_id) select gen_random_uuid(), 'many', $1 from generate_series(1, 230)`, [owner]);
    await groups.database.query(`insert into group_members (group_id, user_id, role) select id, $1, 'owner' from groups where name = 'many'`, [owner]);
    await groups.database.query(`insert into group_members (group_id, user_id) select id, $1 from groups where name = 'many'`, [gone]);
    await Promise.all([erase(gone), erase(gone)]);
    expect(await membershipsOf(gone)).toBe(0);
    expect(await membershipsOf(owner)).toBe(230);
  });

  it('is taken out to the end by a later attempt', async () => {
    const [gone, owner] = await users();
    const [first, second] = [await groups.addGroup(owner, gone), await groups.addGroup(owner, gone)];
    const stopped = new AbortController();
    events.on('user.changed', () => { stopped.abort(); });
    await erase(gone, stopped.signal);
    expect(await membershipsOf(gone)).toBe(1);
    await erase(gone);
    expect(await membershipsOf(gone)).toBe(0);
    for (const groupId of [first, second]) expect((await groups.stored(groupId)).version).toBe(3);
  });

  it('waits for what is being sent to the group', async () => {
    const [gone, owner] = await users();
    const groupId = await groups.addGroup(owner, gone);
    let isSent = false;
    await groups.behindSending(groupId, async () => { isSent = true; }, async () => {
      await erase(gone);
      expect(isSent).toBe(true);
    });
  });
});
