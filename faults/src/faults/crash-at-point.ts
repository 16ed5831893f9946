import { setTimeout as pause } from 'node:timers/promises';
import { crashPoints, type CrashPoint } from '../cluster/crash-points';
import { backWithinMs, nameOf, type Fault, type FaultTools } from './fault';

const comesByWithinMs = 15_000;

const isAlive = (pid: number): boolean => {
  try { process.kill(pid, 0); return true; } catch { return false; }
};

/** The sweep has something to publish only after somebody died with pushed messages in the outbox. */
const causedBy: Partial<Record<CrashPoint, CrashPoint>> = { 'after-sweep-published': 'before-outbox-emptied' };

/** Whoever comes by this point next ends there, as kill -9 ends it. */
export const crashAtPoint = (tools: FaultTools, point: CrashPoint): Fault => {
  const servicesHit: string[] = [point, causedBy[point]].flatMap((one) => (one === undefined ? [] : [crashPoints[one].service]));
  const victims = tools.cluster.processes().filter(({ service }) => servicesHit.includes(service)).map(nameOf);

  const crash = async (at: CrashPoint): Promise<void> => {
    const { crashes, cluster } = tools;
    if (crashes === undefined) throw new Error('the product itself has no crash points');
    const candidates = cluster.processes().filter(({ service }) => service === crashPoints[at].service);
    crashes.arm(at);
    const deadline = Date.now() + comesByWithinMs;
    while (!crashes.isTaken(at)) {
      if (Date.now() > deadline) { crashes.disarm(at); throw new Error(`nobody came by ${at} within ${comesByWithinMs / 1000} s`); }
      await pause(10);
    }
    let gone = candidates.find(({ pid }) => !isAlive(pid));
    for (; gone === undefined; gone = candidates.find(({ pid }) => !isAlive(pid))) await pause(10);
    await cluster.isBack(gone, backWithinMs);
  };
  return {
    name: 'crash', target: point, victims,
    async cause() {
      const cause = causedBy[point];
      await Promise.all([crash(point), ...(cause === undefined ? [] : [crash(cause)])]);
    },
  };
};
