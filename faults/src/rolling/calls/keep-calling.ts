import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../random';
import type { MadeCall, PlannedCall } from './call';
import { makeCall } from './make-call';

/** A steady load of calls: as many a second, however long they take, as long as not too many are under way. */
export interface KeptCalls {
  made: readonly MadeCall[];
  /** Resolves when the last one has ended. */
  stop(): Promise<void>;
}

export interface KeepCallingOptions { url: string; calls: readonly PlannedCall[]; perSecond: number; random: Random; onFailure: (call: MadeCall) => void }

const stepMs = 20;
/** More than this wait for answers: a load that runs away tells nothing. */
const underWayAtMost = 48;

/** Calls at this pace, every other time over a connection that is kept. */
export const keepCalling = ({ url, calls, perSecond, random, onFailure }: KeepCallingOptions): KeptCalls => {
  const agent = new Agent({ keepAlive: true, maxSockets: underWayAtMost });
  const made: MadeCall[] = [];
  const underWay = new Set<Promise<void>>();
  let stopping = false;

  const call = async (number: number): Promise<void> => {
    const done = await makeCall(url, random.pick(calls), number % 2 === 0 ? agent : undefined);
    made.push(done);
    if (done.failure !== undefined) onFailure(done);
  };
  const keepOn = async (): Promise<void> => {
    const begun = performance.now();
    for (let count = 0; !stopping; await pause(stepMs)) {
      for (const due = ((performance.now() - begun) * perSecond) / 1_000; count < due; count += 1) {
        if (underWay.size >= underWayAtMost) continue;
        const working = call(count).finally(() => { underWay.delete(working); });
        underWay.add(working);
      }
    }
    await Promise.all(underWay);
    agent.destroy();
  };
  const calling = keepOn();
  return {
    made,
    async stop() {
      stopping = true;
      await calling;
    },
  };
};
