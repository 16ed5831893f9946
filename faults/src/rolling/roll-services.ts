import { placesOf, type Place } from './processes/place';
import type { Running } from './running';

/** One rolling restart of one service. */
export interface Rollout { service: string; round: number; processes: number; begunAt: number; endedAt: number }

/** What is restarted at the same time, as in a release: within a line one service after the other, within a service one process after the other. */
const lines = [['gateway', 'auth', 'messaging'], ['social-graph', 'realtime', 'group']] as const;

const isBalanced = (service: string): service is 'gateway' | 'realtime' => service === 'gateway' || service === 'realtime';

export interface RollOptions { running: Running; restarts: number; realtimePlaces: readonly Place[] }

/** Restarts every service so many times, each process when the one before it is ready and gets calls. A restart that fails is noted, and the checker counts it. */
export const rollServices = async ({ running: { cluster, balancer, record, progress }, restarts, realtimePlaces }: RollOptions): Promise<Rollout[]> => {
  const rollouts: Rollout[] = [];

  const restart = async (place: Place): Promise<void> => {
    const { service, port } = place;
    const fault = { kind: 'fault', name: 'restart', target: `${service}:${port}` } as const;
    record({ ...fault, phase: 'begins' });
    try {
      await place.restart();
      if (isBalanced(service)) await balancer.sendsTo(service, port);
      record({ ...fault, phase: 'over' });
    } catch (error) {
      record({ ...fault, phase: 'failed', detail: (error as Error).message });
    }
  };

  const roll = async (service: string, round: number): Promise<void> => {
    const places = service === 'realtime' ? realtimePlaces : placesOf(cluster, service);
    const begunAt = performance.now();
    for (const place of places) await restart(place);
    const endedAt = performance.now();
    rollouts.push({ service, round, processes: places.length, begunAt, endedAt });
    progress.say(`restart ${round} of ${restarts}: ${service}, ${places.length} processes in ${((endedAt - begunAt) / 1000).toFixed(1)} s`);
  };

  for (let round = 1; round <= restarts; round += 1) {
    await Promise.all(lines.map(async (services) => { for (const service of services) await roll(service, round); }));
  }
  return rollouts;
};
