import { measure } from './measure.mjs';

const rate = 3_000;
/** Both users of a pair are in the same generator; with several realtime processes they are on different ones. */
const connectPairs = async ({ peer, server, generators, population }) => {
  const shares = Array.from({ length: generators.count }, (_, index) => generators.shareOf(population.pairs, index));
  const withUrl = (user, position) => ({ ...user, url: server.urls[position % server.urls.length] });
  await generators.connect(peer.protocol, shares.map((pairs) => peer.makeUsers(pairs.flat(), population).map(withUrl)), 10);
  return shares.map((pairs) => pairs.map(([from, to]) => ({ from, to, chatType: 'friend', hearers: 1 })));
};

const w1 = ({ name, title, load, only }) => ({
  name, title, unit: 'message', stores: true, only,
  async run(turn) {
    const senders = await connectPairs(turn);
    const begin = (index) => ({ senders: senders[index], ...load(turn.generators.count) });
    try {
      return await measure({ ...turn, begin, ...turn.times() });
    } finally {
      await turn.generators.disconnect();
    }
  },
});

/** Every peer can do it. */
const anyPeer = () => true;
const rated = ['one-process', 'socket.io', 'monolith-pg'];

/** 100 pairs of friends, one of each writes to the other. */
export const pairsOneInFlight = w1({ name: 'W1x1', title: 'W1: 100 pairs, 1 in flight each', load: () => ({ inFlight: 1 }), only: anyPeer });
export const pairsTenInFlight = w1({ name: 'W1x10', title: 'W1: 100 pairs, 10 in flight each', load: () => ({ inFlight: 10 }), only: anyPeer });
export const pairsAtFixedRate = w1({
  name: 'W1@3000', title: `W1: 100 pairs, ${rate.toLocaleString('en')} a second in all`, load: (generators) => ({ perSecond: rate / generators }), only: (peer) => rated.includes(peer.name),
});
