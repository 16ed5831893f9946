import { measure } from './measure.mjs';

const writerCount = 10;

/** Members are spread over the generators, and so are the writers, who are the first of them. */
const connectMembers = async ({ peer, server, generators, population }, group) => {
  const shares = Array.from({ length: generators.count }, (_, index) => generators.shareOf(group.members, index));
  const withUrl = (user, position) => ({ ...user, url: server.urls[position % server.urls.length] });
  await generators.connect(peer.protocol, shares.map((members) => peer.makeUsers(members, population).map(withUrl)), 10);
  return shares;
};

const w2 = ({ name, title, groupName, writers, only, unit, load = { inFlight: 1 } }) => ({
  name, title, unit: unit === 'deliveries' ? 'delivery' : 'message', stores: true, only,
  async run(turn) {
    const group = turn.population.groups[groupName];
    const shares = await connectMembers(turn, group);
    // A writer sends the next message when it is acknowledged and its own generator's members have it: nobody runs ahead of those who read.
    const sendersOf = (members) => members.filter((member) => group.members.indexOf(member) < writers).map((from) => ({ from, to: group.id, chatType: 'group', hearers: members.length - 1 }));
    const begin = (index) => ({ senders: sendersOf(shares[index]), ...load });
    try {
      return await measure({ ...turn, begin, ...turn.times(), unit });
    } finally {
      await turn.generators.disconnect();
    }
  },
});

const againstBroadcast = (peer) => ['one-process', 'socket.io'].includes(peer.name);
const ours = (peer) => peer.name === 'one-process';

export const groupOfHundred = w2({ name: 'W2-100', title: 'W2: a group of 100 online, 10 writers', groupName: 'hundred', writers: writerCount, only: againstBroadcast, unit: 'deliveries' });
export const groupOfThousand = w2({ name: 'W2-1000', title: 'W2: a group of 1,000 online, 10 writers', groupName: 'thousand', writers: writerCount, only: againstBroadcast, unit: 'deliveries' });
/** The size of a group must cost its writers nothing: ten are online in both. */
export const sendToSmallGroup = w2({ name: 'send-10', title: 'Sending in a group of 10 members', groupName: 'small', writers: 1, only: ours });
export const sendToLargeGroup = w2({ name: 'send-10000', title: 'Sending in a group of 10,000 members, 10 online', groupName: 'large', writers: 1, only: ours });
