import { measureMove, type Move } from './connections/measure-move';
import { placeOf, placesOf, type Place } from './processes/place';
import { addRealtime, type RealtimeProcess } from './processes/run-realtime';
import type { Running } from './running';

/** What became of the realtime processes. */
export interface Scaled {
  /** For each that was added, how many connections it took. */
  taken: readonly { place: number; connections: number }[];
  /** The drains, and the kill. */
  moves: readonly Move[];
  /** Those that are left. */
  places: readonly Place[];
  problems: readonly string[];
}

/** Adds a process, and tells the balancer when it is ready. */
const addOne = async ({ product, cluster, env, balancer, endings }: Running, place: number): Promise<RealtimeProcess> => {
  const realtime = await addRealtime({ product, cluster, env, number: place });
  endings.add(async () => { await realtime.end('SIGKILL'); });
  await realtime.start();
  await balancer.add('realtime', place, realtime.port);
  await balancer.sendsTo('realtime', realtime.port);
  return realtime;
};

const connectionsAt = async ({ balancer }: Running, port: number) => {
  const server = (await balancer.servers('realtime')).find((one) => one.port === port);
  return { now: server?.connections ?? 0, soFar: server?.connectionsSoFar ?? 0 };
};

/**
 * One realtime process, then three; each of them is drained and started again; one is killed, and gone for good. Two are left.
 * @param comeLater opens more clients
 */
export const scaleRealtime = async (running: Running, comeLater: () => Promise<void>): Promise<Scaled> => {
  const { cluster, balancer, connections, hearsToTheEnd, progress } = running;
  progress.say('adding two realtime processes to the one');
  const [second, third] = await Promise.all([addOne(running, 2), addOne(running, 3)]);
  await comeLater();
  const taken = await Promise.all([second, third].map(async ({ port }, index) => ({ place: index + 2, connections: (await connectionsAt(running, port)).soFar })));

  const moves: Move[] = [];
  const [first] = placesOf(cluster, 'realtime');
  if (first === undefined) throw new Error('no realtime process runs');
  for (const [index, place] of [first, placeOf(second), placeOf(third)].entries()) {
    progress.say(`draining realtime-${index + 1}, which has ${(await connectionsAt(running, place.port)).now} connections`);
    moves.push(await measureMove({ connections, what: `drain of realtime-${index + 1}`, cause: () => place.restart(), isAnnounced: true, hearsToTheEnd }));
    await balancer.sendsTo('realtime', place.port);
  }

  // What was drained first has most of those whom the others sent away.
  progress.say(`kill -9 of realtime-2, which has ${(await connectionsAt(running, second.port)).now} connections`);
  moves.push(await measureMove({ connections, what: 'kill -9 of realtime-2', cause: async () => { await second.end('SIGKILL'); }, isAnnounced: false, hearsToTheEnd }));
  await balancer.set('realtime', 2, 'maint');
  return {
    taken, moves, places: [first, placeOf(third)],
    problems: [
      ...taken.filter((one) => one.connections === 0).map(({ place }) => `realtime-${place} was added and took no connection`),
      ...moves.flatMap(({ problems }) => problems),
    ],
  };
};
