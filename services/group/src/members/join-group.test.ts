import { limits } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import { whileCommitsFail } from '@chat-backend/testing';
import { startGroupUnderTest, told, type GroupUnderTest } from '../group.fixture';

describe('join-group', () => {
  let groups: GroupUnderTest;
  let ann: string;
  let bob: string;
  let eve: string;
  beforeAll(async () => { groups = await startGroupUnderTest(); [ann, bob, eve] = await groups.addUsers(3) as [string, string, string]; });
  afterAll(() => groups.stop());

  const join = (userId: string, groupId: string) => groups.call('join-group', userId, { groupId });

  it('makes a member', async () => {
    const groupId = await groups.addGroup(ann);
    expect(await join(bob, groupId)).toEqual({ status: 200, body: { success: true, message: 'Group joined successfully' } });
    expect(await groups.stored(groupId)).toEqual({
      ownerId: ann, version: 2, isClosed: false, members: [{ userId: ann, role: 'owner' }, { userId: bob, role: 'member' }],
    });
  });

  it('succeeds again and changes nothing, for the owner too', async () => {
    const groupId = await groups.addGroup(ann, bob);
    const before = await groups.stored(groupId);
    expect(await groups.addedBy(async () => {
      expect([(await join(bob, groupId)).status, (await join(ann, groupId)).status]).toEqual([200, 200]);
    })).toEqual([]);
    expect(await groups.stored(groupId)).toEqual(before);
  });

  it('tells who joined, and nobody else', async () => {
    const groupId = await groups.addGroup(ann, eve);
    expect(await groups.addedBy(() => join(bob, groupId))).toMatchObject(told(groupId, { userId: bob, state: 'member' }));
  });

  it('tells nobody when it does not commit, and lets nobody in', async () => {
    const groupId = await groups.addGroup(ann);
    const before = await groups.stored(groupId);
    expect(await groups.addedBy(async () => { expect((await whileCommitsFail(groups.database, () => join(bob, groupId))).status).toBe(500); })).toEqual([]);
    expect(await groups.stored(groupId)).toEqual(before);
  });

  it('takes what was written before as read, and goes on from there after leaving', async () => {
    const groupId = await groups.addGroup(ann, bob);
    const joinedSeq = async () => (await groups.database.query<{ joined_seq: string }>(
      'select joined_seq from group_members where group_id = $1 and user_id = $2', [groupId, bob])).map((row) => Number(row.joined_seq));
    expect(await joinedSeq()).toEqual([0]);
    await groups.database.query('insert into conversations (id, last_seq) values ($1, 41)', [groupId]);
    await join(bob, groupId);
    expect(await joinedSeq()).toEqual([0]);
    await groups.call('leave-group', bob, { groupId });
    await join(bob, groupId);
    expect(await joinedSeq()).toEqual([41]);
  });

  it('counts as read what is committed while it waits for the group', async () => {
    const groupId = await groups.addGroup(ann);
    const joined = await groups.behindSending(groupId, (sender) => sender.query('insert into conversations (id, last_seq) values ($1, 7)', [groupId]), () => join(bob, groupId));
    expect(joined.status).toBe(200);
    expect(await groups.database.query('select joined_seq from group_members where group_id = $1 and user_id = $2', [groupId, bob])).toEqual([{ joined_seq: '7' }]);
  });

  it('refuses a group that is not there, and one that is closed', async () => {
    const closed = await groups.addGroup(ann);
    await groups.call('leave-group', ann, { groupId: closed });
    for (const groupId of [newId(), closed]) expect(await join(bob, groupId)).toMatchObject({ status: 404, body: { code: 'GROUP_NOT_FOUND' } });
    expect((await groups.stored(closed)).members).toEqual([]);
  });

  it('refuses who is in as many groups as a user may be in, as making one does, until they leave one', async () => {
    const [busy] = await groups.addUsers(1) as [string];
    const full = { status: 409, body: { code: 'TOO_MANY_GROUPS' } };
    const [one, other] = [await groups.addGroup(ann), await groups.addGroup(ann)];
    await groups.database.query(
      `with made as (insert into groups (id, name) select gen_random_uuid(), 'many' from generate_series(1, $2::int) returning id)
       insert into group_members (group_id, user_id) select id, $1 from made`, [busy, limits.groupsOfUser - 1]);
    expect((await join(busy, one)).status).toBe(200);
    const before = await groups.stored(other);
    expect(await join(busy, other)).toMatchObject(full);
    expect(await groups.call('create-group', busy, { groupName: 'one more' })).toMatchObject(full);
    expect(await groups.stored(other)).toEqual(before);
    expect((await join(busy, one)).status).toBe(200);
    await groups.call('leave-group', busy, { groupId: one });
    expect((await join(busy, other)).status).toBe(200);
  });

  it('takes 20 at once, each counted, and one who joins many times once', async () => {
    const groupId = await groups.addGroup(ann);
    const newcomers = await groups.addUsers(20);
    const replies = await Promise.all([...newcomers, ...Array.from({ length: 5 }, () => bob)].map((userId) => join(userId, groupId)));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    const { version, members } = await groups.stored(groupId);
    expect([version, members.length]).toEqual([22, 22]);
  });

  it('never gets into a group that closes at the same moment', async () => {
    for (let round = 0; round < 12; round += 1) {
      const groupId = await groups.addGroup(ann);
      const [joined, left] = await Promise.all([join(bob, groupId), groups.call('leave-group', ann, { groupId })]);
      expect(left.status).toBe(200);
      const stored = await groups.stored(groupId);
      if (joined.status === 200) expect(stored).toMatchObject({ isClosed: false, ownerId: bob, members: [{ userId: bob, role: 'owner' }] });
      else expect([joined.body.code, stored]).toEqual(['GROUP_NOT_FOUND', { isClosed: true, ownerId: null, version: 2, members: [] }]);
    }
  });
});
