import { randomUUID } from 'node:crypto';
import type { ChangedMessage, MessageChanged, UserEvent } from '@chat-backend/contracts';
import { Refusal } from '@chat-backend/service-kit';
import { friendConversation } from '../in-memory-catching-up.fixture';
import { createGate, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { connect, eventually, settled, type TestClient, type TestPod } from '../realtime.fixture';

let messaging: InMemoryMessaging;
let pod: TestPod;
podForEachTest({}, (own) => { ({ messaging, pod } = own); });

/** Everything of an event that reaches a client. */
const collect = <Payload>({ socket }: TestClient, event: string): Payload[] => {
  const received: Payload[] = [];
  socket.on(event, (payload: Payload) => { received.push(payload); });
  return received;
};
describe('messageChanged', () => {
  const announce = (...changed: ChangedMessage[]): Promise<void> => pod.context.events.publish('message.changed', { changed });
  const changesOf = (client: TestClient): MessageChanged[] => collect<MessageChanged>(client, 'messageChanged');
  const revisions = (changes: readonly MessageChanged[]): number[] => changes.map(({ revision }) => revision);
  const toGroup = { chatType: 'group' };

  it('goes to all sockets of both friends, whole, and to nobody else', async () => {
    const [one, friend, stranger] = [await connect(pod.url), await connect(pod.url), await connect(pod.url)];
    const second = await connect(pod.url, { userId: one.userId });
    const heard = [one, second, friend].map(changesOf);
    const unheard = changesOf(stranger);
    const sent = await one.send(friend.userId, 'hello');
    const changed = messaging.change(friendConversation(one.userId, friend.userId), 1, 'edited');
    await announce(changed);
    await settled(one, second, friend, stranger);
    for (const changes of heard) expect(changes).toEqual([changed.message]);
    expect(changed.message).toMatchObject({ id: sent['id'], seq: 1, chatType: 'friend', message: 'edited', revision: 1 });
    expect(unheard).toEqual([]);
  });

  it('goes to the members of a group in order, who joined a moment ago included', async () => {
    const [owner, joins] = [await connect(pod.url), await connect(pod.url)];
    const groupId = messaging.makeGroup(owner.userId);
    const [ofOwner, ofJoining] = [changesOf(owner), changesOf(joins)];
    await owner.send(groupId, 'hello', toGroup);
    messaging.join(groupId, joins.userId);
    await announce(messaging.change(groupId, 1, 'a'), messaging.change(groupId, 1, 'b'));
    await announce(messaging.change(groupId, 1, 'c'));
    await eventually(() => ofJoining.length === 3, 'all of them');
    expect([ofOwner, ofJoining].map(revisions)).toEqual([[1, 2, 3], [1, 2, 3]]);
    expect(messaging.callsOf('members-among')).toHaveLength(2);
  });

  it('reaches nobody who left or was removed before it, and who joins again from then on', async () => {
    const [stays, leaves] = [await connect(pod.url), randomUUID()];
    const groupId = messaging.makeGroup(stays.userId, leaves);
    const left = await connect(pod.url, { userId: leaves });
    const [ofStaying, ofLeft] = [changesOf(stays), changesOf(left)];
    await stays.send(groupId, 'hello', toGroup);
    await left.receive(1);
    messaging.leave(groupId, leaves);
    await announce(messaging.change(groupId, 1, 'after'));
    await eventually(() => ofStaying.length === 1, 'who stays hears it');
    await settled(left);
    expect(ofLeft).toEqual([]);
    messaging.join(groupId, leaves);
    await announce(messaging.change(groupId, 1, 'joined again'));
    await eventually(() => ofLeft.length === 1, 'who joined again hears it');
    expect(ofLeft).toMatchObject([{ message: 'joined again', revision: 2 }]);
  });

  it('is held back while it cannot be known who is a member, keeps its order, and is dropped when that stays so', async () => {
    const [owner, member] = [await connect(pod.url), randomUUID()];
    const groupId = messaging.makeGroup(owner.userId, member);
    const other = await connect(pod.url, { userId: member });
    const changes = changesOf(other);
    messaging.store({ senderId: owner.userId, to: groupId, chatType: 'group' });
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'members-among' ? gate.pass() : undefined);
    await announce(messaging.change(groupId, 1, '1'));
    await announce(messaging.change(groupId, 1, '2'));
    await settled(other);
    expect(changes).toEqual([]);
    gate.open();
    await eventually(() => changes.length === 2, 'both');
    expect(revisions(changes)).toEqual([1, 2]);

    messaging.leave(groupId, member);
    messaging.before = ({ name }) => { if (name === 'members-among') throw new Refusal('UNAVAILABLE'); };
    const asked = messaging.callsOf('members-among').length;
    await announce(messaging.change(groupId, 1, '3'));
    await eventually(() => messaging.callsOf('members-among').length === asked + 7, 'it gives up');
    await settled(other);
    expect(changes).toHaveLength(2);
  });

  it('is told to nobody while messaging knows nothing yet of the membership that it names', async () => {
    const owner = await connect(pod.url);
    const groupId = messaging.makeGroup(owner.userId);
    const changes = changesOf(owner);
    messaging.store({ senderId: owner.userId, to: groupId, chatType: 'group' });
    await announce({ ...messaging.change(groupId, 1, 'of a later membership'), membershipVersion: 2 });
    await announce(messaging.change(groupId, 1, 'of now'));
    await eventually(() => changes.length > 0, 'the second');
    expect(changes.map(({ message }) => message)).toEqual(['of now']);
  });

  it('has nobody to go to when the group was closed', async () => {
    const owner = await connect(pod.url);
    const groupId = messaging.makeGroup(owner.userId);
    const changes = changesOf(owner);
    messaging.store({ senderId: owner.userId, to: groupId, chatType: 'group' });
    const changed = messaging.change(groupId, 1, 'edited');
    messaging.groups.delete(groupId);
    await announce(changed);
    await eventually(() => messaging.callsOf('members-among').length === 1, 'it was asked');
    await settled(owner);
    expect(changes).toEqual([]);
  });
});

describe('userEvent', () => {
  it('goes to all sockets of its user and to nobody else', async () => {
    const [me, stranger] = [await connect(pod.url), await connect(pod.url)];
    const second = await connect(pod.url, { userId: me.userId });
    const [mine, ofSecond, ofStranger] = [me, second, stranger].map((client) => collect<UserEvent>(client, 'userEvent')) as [UserEvent[], UserEvent[], UserEvent[]];
    const read = (lastReadSeq: number) => messaging.log(me.userId, { kind: 'read', chatId: stranger.userId, chatType: 'friend', lastReadSeq });
    const logged = [read(1), read(2)];
    await pod.context.events.publish('user.changed', { logged: [...logged, messaging.log(randomUUID(), { kind: 'profile', userName: 'away', about: null, profileImage: null, age: null })] });
    await settled(me, second, stranger);
    const expected = logged.map(({ event }) => event);
    expect([mine, ofSecond, ofStranger]).toEqual([expected, expected, []]);
    expect(expected.map(({ number }) => number)).toEqual([1, 2]);
  });
});
