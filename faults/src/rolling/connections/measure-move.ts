import { setTimeout as pause } from 'node:timers/promises';
import { sentAway } from '../../clients/documented-client';
import type { Gap, TrackedConnections } from './track-connections';

/** Everybody who was at a process that goes is at another one so soon. */
export const backWithinMs = 5_000;
/** Who was there has noticed by then: the kernel tells of a dead process at once. */
const noticedWithinMs = 1_500;
const lookEveryMs = 20;

/** What it cost clients that a process went. */
export interface Move {
  what: string;
  /** Those who lost their connection. */
  clients: number;
  worstMs: number;
  /** What is wrong with it. */
  problems: string[];
}

export interface MoveOptions {
  connections: TrackedConnections;
  what: string;
  /** Makes the process go. */
  cause: () => Promise<void>;
  /** Whether it says so first. */
  isAnnounced: boolean;
  /** Whether a client's documented device holds a WebSocket, which hears that to its end. */
  hearsToTheEnd: (client: string) => boolean;
}

/** How long each was away: of a process that died, since it did. */
const awayMs = ({ lostAt, backAt }: Gap, since: number | undefined): number => (backAt ?? performance.now()) - (since ?? lostAt);

/** Makes a process go, and waits until everybody who was there is back somewhere. */
export const measureMove = async ({ connections, what, cause, isAnnounced, hearsToTheEnd }: MoveOptions): Promise<Move> => {
  const begun = performance.now();
  await cause();
  const goneAt = performance.now();
  const isAnybodyAway = (): boolean => connections.gapsSince(begun).some(({ backAt }) => backAt === undefined);
  for (const deadline = goneAt + backWithinMs; performance.now() < deadline && (isAnybodyAway() || performance.now() < goneAt + noticedWithinMs);) await pause(lookEveryMs);

  const gaps = connections.gapsSince(begun);
  const since = isAnnounced ? undefined : begun;
  const late = gaps.filter((gap) => gap.backAt === undefined || awayMs(gap, since) > backWithinMs);
  const untold = isAnnounced ? gaps.filter(({ client, reason }) => hearsToTheEnd(client) && reason !== sentAway) : [];
  return {
    what, clients: new Set(gaps.map(({ client }) => client)).size, worstMs: Math.max(0, ...gaps.map((gap) => awayMs(gap, since))),
    problems: [
      ...(gaps.length === 0 ? [`${what}: nobody lost a connection by it`] : []),
      ...late.map((gap) => `${what}: ${gap.client} was not back within ${backWithinMs / 1000} s`),
      ...untold.map(({ client, reason }) => `${what}: ${client} was not told, but lost its connection: ${reason}`),
    ],
  };
};
