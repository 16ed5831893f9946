import { newId } from '@chat-backend/database';
import { startGroupUnderTest, type GroupUnderTest } from '../group.fixture';

describe('join-group', () => {
  let groups: GroupUnderTest;
  let ann: string;
  let bob: string;
  beforeAll(async () => { groups = await startGroupUnderTest(); [ann, bob] = await groups.addUsers(2) as [string, string]; });
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
    expect([(await join(bob, groupId)).status, (await join(ann, groupId)).status]).toEqual([200, 200]);
    expect(await groups.stored(groupId)).toEqual(before);
  });

  it('refuses a group that is not there, and one that is closed', async () => {
    const closed = await groups.addGroup(ann);
    await groups.call('leave-group', ann, { groupId: closed });
    for (const groupId of [newId(), closed]) expect(await join(bob, groupId)).toMatchObject({ status: 404, body: { code: 'GROUP_NOT_FOUND' } });
    expect((await groups.stored(closed)).members).toEqual([]);
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
