import { measure } from './measure.mjs';

const inFlight = 4;

const rest = ({ name, title, size, only, urlOf, limit = 50 }) => ({
  name, title, unit: 'read', only, isPossible: ({ histories }) => histories.some((history) => history.size === size),
  async run(turn) {
    const { peer, server, population } = turn;
    const { reader, friend } = population.histories.find((history) => history.size === size);
    const [{ token }] = peer.makeUsers([reader], population);
    const body = JSON.stringify({ token, chatId: friend, chatType: 'friend', ...(limit === 50 ? {} : { limit }) });
    return measure({ ...turn, begin: () => ({ rest: { url: urlOf(server), path: '/api/v1/get-messages', body }, inFlight }), ...turn.times() });
  },
});

const edge = ({ restUrl }) => restUrl;
const ours = (peer) => peer.name === 'one-process';
const split = (peer) => peer.name === 'cluster';
const readers = (peer) => ['one-process', 'monolith-pg'].includes(peer.name);

export const readThousand = rest({ name: 'W5-1000', title: 'W5: the newest 50 of 1,000', size: 1_000, only: ours, urlOf: edge });
export const readHundredThousand = rest({ name: 'W5-100000', title: 'W5: the newest 50 of 100,000', size: 100_000, only: readers, urlOf: edge });
export const readMillion = rest({ name: 'W5-1000000', title: 'W5: the newest 50 of 1,000,000', size: 1_000_000, only: ours, urlOf: edge });
/** The smallest answer, so that what the gateway adds is compared with as little as possible. */
export const callByGateway = rest({ name: 'REST-gateway', title: 'A REST call through the gateway', size: 1, only: split, urlOf: edge });
export const callService = rest({ name: 'REST-service', title: 'The same call to the service alone', size: 1, only: split, urlOf: ({ messagingUrl }) => messagingUrl });
