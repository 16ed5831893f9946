import { randomUUID } from 'node:crypto';
import { Refusal } from '@chat-backend/service-kit';
import type { CommittedMessage } from '@chat-backend/contracts';
import { createGate, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { connect, eventually, settled, type TestClient, type TestPod } from '../realtime.fixture';

describe('newMessage', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  podForEachTest({}, (own) => { ({ messaging, pod } = own); });

  /** As the outbox sweep tells it, and as another process does: what is pushed without having been sent here. */
  const announce = (...messages: CommittedMessage[]): Promise<void> => pod.context.events.publish('message.sent', { messages });
  const seqs = ({ received }: TestClient): number[] => received.map(({ seq }) => seq);
  const toGroup = { chatType: 'group' };

  it('goes to the recipient and to the other sockets of the sender, whole, and not to the sending one', async () => {
    const sender = await connect(pod.url);
    const [second, friend, stranger] = [await connect(pod.url, { userId: sender.userId }), await connect(pod.url), await connect(pod.url)];
    const reply = await sender.send(friend.userId, 'hello');
    const expected = { ...reply, chatType: 'friend', messageType: 'TEXT', message: 'hello' };
    expect(await friend.receive(1)).toEqual([expected]);
    expect(await second.receive(1)).toEqual([expected]);
    await settled(sender, stranger);
    expect([sender.received, stranger.received]).toEqual([[], []]);
  });

  it('goes to the members of a group', async () => {
    const [owner, member, stranger] = [await connect(pod.url), randomUUID(), await connect(pod.url)];
    const groupId = messaging.makeGroup(owner.userId, member);
    const [one, other] = [await connect(pod.url, { userId: member }), await connect(pod.url, { userId: member })];
    await one.send(groupId, 'hello', toGroup);
    expect(await owner.receive(1)).toMatchObject([{ to: groupId, from: member, chatType: 'group' }]);
    await other.receive(1);
    await settled(one, stranger);
    expect([one.received, stranger.received]).toEqual([[], []]);
  });

  it('is pushed once, and its outbox entry named to messaging soon after', async () => {
    const sender = await connect(pod.url);
    const friend = await connect(pod.url);
    await sender.send(friend.userId, 'hello');
    expect(messaging.outbox.size).toBe(1);
    await eventually(() => messaging.outbox.size === 0, 'the outbox is empty');
    await settled(friend);
    expect(seqs(friend)).toEqual([1]);
  });

  it('fetches what was missed before it emits what comes after', async () => {
    const [sender, friend] = [await connect(pod.url), await connect(pod.url)];
    await sender.send(friend.userId, '1');
    for (const message of ['2', '3']) messaging.store({ senderId: friend.userId, to: sender.userId, chatType: 'friend', message });
    await sender.send(friend.userId, '4');
    expect((await friend.receive(4)).map(({ message }) => message)).toEqual(['1', '2', '3', '4']);
    expect((await sender.receive(2)).map(({ message }) => message)).toEqual(['2', '3']);
  });

  it('fetches a long jump in pages', async () => {
    const member = await connect(pod.url);
    const [groupId, other] = [messaging.makeGroup(member.userId), randomUUID()];
    messaging.join(groupId, other);
    const listener = await connect(pod.url, { userId: member.userId });
    const stored = Array.from({ length: 1_201 }, () => messaging.store({ senderId: other, to: groupId, chatType: 'group' }));
    await announce(...stored.slice(-1));
    expect((await listener.receive(1_201)).map(({ seq }) => seq)).toEqual(stored.map(({ message }) => message.seq));
    expect(messaging.callsOf('messages-between').length).toBe(3);
  });

  it('does not return the own message to the sending socket when a jump fetched it', async () => {
    const [sender, friend] = [await connect(pod.url), await connect(pod.url)];
    await sender.send(friend.userId, '1');
    const gate = createGate();
    messaging.after = ({ name }) => (name === 'send-batch' ? gate.pass() : undefined);
    const sending = sender.send(friend.userId, '2');
    await eventually(() => messaging.bodies().length === 2, 'stored, but not answered');
    await announce(messaging.store({ senderId: friend.userId, to: sender.userId, chatType: 'friend', message: '3' }));
    await friend.receive(3);
    gate.open();
    await sending;
    await settled(sender, friend);
    expect([seqs(friend), seqs(sender)]).toEqual([[1, 2, 3], [3]]);
  });

  it('drops what is lower than what it emitted', async () => {
    const [sender, friend] = [await connect(pod.url), await connect(pod.url)];
    const stored = [1, 2, 3].map(() => messaging.store({ senderId: sender.userId, to: friend.userId, chatType: 'friend' }));
    await announce(...stored.slice(1));
    await announce(...stored);
    await settled(friend);
    expect(seqs(friend)).toEqual([2, 3]);
  });

  it('does not push to who comes later what is in the history', async () => {
    const sender = await connect(pod.url);
    const [groupId, other] = [messaging.makeGroup(sender.userId), randomUUID()];
    messaging.join(groupId, other);
    const old = messaging.store({ senderId: other, to: groupId, chatType: 'group' });
    const listener = await connect(pod.url, { userId: other });
    await announce(old);
    await announce(messaging.store({ senderId: other, to: groupId, chatType: 'group' }));
    await listener.receive(1);
    expect(seqs(listener)).toEqual([2]);
  });

  it('reaches nobody who left before it was sent', async () => {
    const [stays, leaves] = [randomUUID(), randomUUID()];
    const groupId = messaging.makeGroup(stays, leaves);
    const [sender, left, also] = [await connect(pod.url, { userId: stays }), await connect(pod.url, { userId: leaves }), await connect(pod.url, { userId: stays })];
    await sender.send(groupId, '1', toGroup);
    await left.receive(1);
    messaging.leave(groupId, leaves);
    await sender.send(groupId, '2', toGroup);
    await also.receive(2);
    await settled(left);
    expect(seqs(left)).toEqual([1]);
  });

  it('reaches who joined a moment ago, also where the group had no room yet', async () => {
    const [sender, joins] = [await connect(pod.url), await connect(pod.url)];
    const groupId = messaging.makeGroup(sender.userId);
    await sender.send(groupId, '1', toGroup);
    messaging.join(groupId, joins.userId);
    await sender.send(groupId, '2', toGroup);
    expect((await joins.receive(1)).map(({ message }) => message)).toEqual(['2']);
  });

  it('asks who is a member once for each version', async () => {
    const [sender, stranger] = [await connect(pod.url), await connect(pod.url)];
    const groupId = messaging.makeGroup(sender.userId);
    for (const text of ['1', '2', '3']) await sender.send(groupId, text, toGroup);
    expect(messaging.callsOf('members-among')).toHaveLength(1);
    messaging.join(groupId, stranger.userId);
    for (const text of ['4', '5']) await sender.send(groupId, text, toGroup);
    await stranger.receive(2);
    expect(messaging.callsOf('members-among')).toHaveLength(2);
  });

  it('does not trust the groups of a connecting user when the room knows better', async () => {
    const [stays, leaves] = [randomUUID(), randomUUID()];
    const groupId = messaging.makeGroup(stays, leaves);
    const [sender, other] = [await connect(pod.url, { userId: stays }), await connect(pod.url, { userId: stays })];
    const gate = createGate();
    messaging.after = ({ name }) => (name === 'groups-of-users' ? gate.pass() : undefined);
    const connecting = connect(pod.url, { userId: leaves });
    await eventually(() => messaging.callsOf('groups-of-users').length === 3, 'the groups were asked');
    messaging.leave(groupId, leaves);
    await sender.send(groupId, '1', toGroup);
    await other.receive(1);
    gate.open();
    const late = await connecting;
    await sender.send(groupId, '2', toGroup);
    await other.receive(2);
    await settled(late);
    expect(late.received).toEqual([]);
  });

  it('holds back while it cannot know who is a member, without holding up other conversations', async () => {
    const [sender, listener] = [await connect(pod.url), await connect(pod.url)];
    const groupId = messaging.makeGroup(sender.userId, listener.userId);
    const gate = createGate();
    messaging.before = async ({ name }) => { if (name === 'members-among') { await gate.pass(); } };
    const group = sender.send(groupId, 'to the group', toGroup);
    await sender.send(listener.userId, 'to the friend');
    await group;
    await listener.receive(1);
    messaging.before = () => {};
    gate.open();
    expect((await listener.receive(2)).map(({ message }) => message)).toEqual(['to the friend', 'to the group']);
  });

  it('emits to nobody when that stays unknown, and keeps the outbox entry', async () => {
    const [stays, leaves] = [randomUUID(), randomUUID()];
    const groupId = messaging.makeGroup(stays, leaves);
    const [sender, other, left] = [await connect(pod.url, { userId: stays }), await connect(pod.url, { userId: stays }), await connect(pod.url, { userId: leaves })];
    messaging.before = ({ name }) => { if (name === 'members-among') throw new Refusal('UNAVAILABLE'); };
    messaging.leave(groupId, leaves);
    await sender.send(groupId, '1', toGroup);
    await eventually(() => messaging.callsOf('members-among').length === 7, 'it gives up');
    await settled(other, left);
    expect([other.received, left.received, messaging.outbox.size]).toEqual([[], [], 1]);
    messaging.before = () => {};
    await sender.send(groupId, '2', toGroup);
    expect((await other.receive(2)).map(({ message }) => message)).toEqual(['1', '2']);
    await settled(left);
    expect(left.received).toEqual([]);
    await eventually(() => messaging.outbox.size === 1, 'the entry of the second is named');
    expect([...messaging.outbox]).toEqual(['1']);
  });

  it('has nobody to go to when the group was closed', async () => {
    const [sender, other] = [await connect(pod.url), await connect(pod.url)];
    const groupId = messaging.makeGroup(sender.userId, other.userId);
    const message = messaging.store({ senderId: sender.userId, to: groupId, chatType: 'group' });
    messaging.groups.delete(groupId);
    await announce(message);
    await sender.send(other.userId, 'after');
    await other.receive(1);
    expect(other.received.map(({ chatType }) => chatType)).toEqual(['friend']);
  });
});
