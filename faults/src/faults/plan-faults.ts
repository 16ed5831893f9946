import { crashPointNames } from '../cluster/crash-points';
import type { Random } from '../random';
import { crashAtPoint } from './crash-at-point';
import { nameOf, type Fault, type FaultKind, type FaultTools } from './fault';
import { badWeather, resetConnections } from './hit-network';
import { fillDisk, terminateBackends } from './hit-postgres';
import { killProcess, pauseProcess, terminateProcess } from './hit-process';
import { cutSubscribers, flushRedis } from './hit-redis';

export interface FaultPlan {
  kinds: readonly FaultKind[];
  /** How often each service, Redis and Postgres are killed; the other faults follow from it. */
  kills: number;
  /** Only of these services and crash points; absent: of all. */
  targets?: readonly string[];
}

/** The places of each service; two of messaging and of realtime. */
const placesByService = ({ cluster }: FaultTools): Map<string, string[]> => {
  const places = new Map<string, string[]>();
  for (const one of cluster.processes()) places.set(one.service, [...places.get(one.service) ?? [], nameOf(one)]);
  return places;
};

const repeated = (times: number, faultAt: (time: number) => Fault): Fault[] => Array.from({ length: times }, (_, time) => faultAt(time));

/** Every fault of the chosen kinds, in an order that chance decides. */
export const planFaults = (tools: FaultTools, { kinds, kills, targets }: FaultPlan, random: Random): Fault[] => {
  const places = placesByService(tools);
  const seldom = Math.ceil(kills / 3);
  const ofEach = (services: readonly string[], times: number, faultOf: (tools: FaultTools, place: string) => Fault): Fault[] =>
    services.flatMap((service) => repeated(times, (time) => {
      const own = places.get(service) ?? [];
      return faultOf(tools, own[time % own.length] ?? '');
    }));
  const isChosen = (target: string): boolean => targets?.includes(target) !== false;
  const all = [...places.keys()].filter(isChosen);
  const services = all.filter((service) => service !== 'postgres' && service !== 'redis');

  const faultsOf: Record<FaultKind, () => Fault[]> = {
    kill: () => ofEach(all, kills, killProcess),
    pause: () => ofEach(all, seldom, pauseProcess),
    terminate: () => ofEach(services, seldom, terminateProcess),
    flush: () => repeated(kills, () => flushRedis(tools)),
    subscriber: () => repeated(kills, () => cutSubscribers(tools)),
    backends: () => repeated(seldom, () => terminateBackends(tools)),
    network: () => [
      ...(['slow', 'trickling', 'deaf'] as const).flatMap((weather) => repeated(seldom, () => badWeather(tools, weather))),
      ...repeated(kills, () => resetConnections(tools)),
    ],
    disk: () => (tools.disk === undefined ? [] : repeated(seldom, () => fillDisk(tools))),
    crash: () => crashPointNames.filter(isChosen).flatMap((point) => repeated(seldom, () => crashAtPoint(tools, point))),
    // The processes were started so.
    clock: () => [],
  };
  return random.shuffled(kinds.flatMap((kind) => faultsOf[kind]()));
};
