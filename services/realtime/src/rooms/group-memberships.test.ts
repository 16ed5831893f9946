import { randomUUID } from 'node:crypto';
import { createGate, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { connect, eventually, settled, type TestClient, type TestPod } from '../realtime.fixture';

const toGroup = { chatType: 'group' };
const mostNamed = 2;

describe('where more users are connected than a question names', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  let ann: TestClient;
  let ben: TestClient;
  let cem: TestClient;
  podForEachTest({ mostNamed }, (own) => { ({ messaging, pod } = own); });
  beforeEach(async () => { [ann, ben, cem] = [await connect(pod.url), await connect(pod.url), await connect(pod.url)]; });

  /** How many users each question for members named. */
  const named = (): number[] => messaging.callsOf('members-among').map((call) => (call.name === 'members-among' ? call.request.userIds.length : NaN));
  const texts = ({ received }: TestClient): string[] => received.map(({ message }) => message);

  it('a small group is asked for all of its members: who joined hears, who left does not', async () => {
    const groupId = messaging.makeGroup(ann.userId, ben.userId);
    await ann.send(groupId, '1', toGroup);
    await ben.receive(1);
    messaging.leave(groupId, ben.userId);
    messaging.join(groupId, cem.userId);
    await ann.send(groupId, '2', toGroup);
    await cem.receive(1);
    await settled(ben);
    expect([texts(ben), texts(cem)]).toEqual([['1'], ['2']]);
    expect(named()).toEqual([0, 0]);
  });

  it('a large group is asked for those who are here, and for them alone once it is known to be large', async () => {
    const groupId = messaging.makeGroup(ann.userId, ben.userId, 'somebody elsewhere');
    messaging.join(groupId, cem.userId);
    await ann.send(groupId, '1', toGroup);
    await Promise.all([ben.receive(1), cem.receive(1)]);
    messaging.leave(groupId, cem.userId);
    await ann.send(groupId, '2', toGroup);
    await ben.receive(2);
    await settled(cem);
    expect([texts(ben), texts(cem)]).toEqual([['1', '2'], ['1']]);
    expect(named()).toEqual([0, 3, 3]);
  });

  it('who comes in while it is asked stays in', async () => {
    const groupId = messaging.makeGroup(ann.userId, ben.userId);
    await ann.send(groupId, '1', toGroup);
    await ben.receive(1);
    messaging.leave(groupId, ben.userId);
    const gate = createGate();
    messaging.after = ({ name }) => (name === 'members-among' ? gate.pass() : undefined);
    await ann.send(groupId, '2', toGroup);
    await eventually(() => named().length === 2, 'it was asked');
    messaging.join(groupId, cem.userId);
    const late = await connect(pod.url, { userId: cem.userId });
    gate.open();
    await ann.send(groupId, '3', toGroup);
    expect((await late.receive(2)).map(({ message }) => message)).toEqual(['2', '3']);
    await settled(ben);
    expect(texts(ben)).toEqual(['1']);
  });

  it('who comes in while it is asked, and has left since, does not stay', async () => {
    const leaver = randomUUID();
    const groupId = messaging.makeGroup(ann.userId, leaver);
    const [groups, members] = [createGate(), createGate()];
    messaging.after = ({ name }) => (name === 'groups-of-users' ? groups.pass() : name === 'members-among' ? members.pass() : undefined);
    const connecting = connect(pod.url, { userId: leaver });
    await eventually(() => messaging.callsOf('groups-of-users').some((call) => call.name === 'groups-of-users' && call.request.userIds.includes(leaver)), 'its groups were asked for');
    messaging.leave(groupId, leaver);
    await ann.send(groupId, '1', toGroup);
    await eventually(() => named().length === 1, 'the members were asked for');
    groups.open();
    const left = await connecting;
    members.open();
    await settled(ann);
    await ann.send(groupId, '2', toGroup);
    await settled(left);
    expect(texts(left)).toEqual([]);
  });
});
