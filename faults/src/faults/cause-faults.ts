import { setTimeout as pause } from 'node:timers/promises';
import type { Record } from '../history/events';
import type { Fault } from './fault';

/**
 * Causes one fault after the other, a while apart. They overlap: the next one does not wait until what the last one hit is back, except for
 * whom it hits itself. Resolves when all are over. A fault that fails is noted, and the checker counts it.
 */
export const causeFaults = async (faults: readonly Fault[], apartMs: number, record: Record, onFault: (fault: Fault, number: number) => void = () => {}): Promise<void> => {
  const busy = new Map<string, Promise<void>>();

  const cause = async (fault: Fault): Promise<void> => {
    const { name, target } = fault;
    record({ kind: 'fault', name, target, phase: 'begins' });
    try {
      await fault.cause();
      record({ kind: 'fault', name, target, phase: 'over' });
    } catch (error) {
      record({ kind: 'fault', name, target, phase: 'failed', detail: (error as Error).message });
    }
  };

  const underWay: Promise<void>[] = [];
  for (const [index, fault] of faults.entries()) {
    const apart = pause(index === 0 ? 0 : apartMs);
    await Promise.all(fault.victims.map((victim) => busy.get(victim)));
    await apart;
    onFault(fault, index + 1);
    const over = cause(fault);
    for (const victim of fault.victims) busy.set(victim, over);
    underWay.push(over);
  }
  await Promise.all(underWay);
};
