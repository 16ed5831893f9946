import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Shape } from '../shape';
import { startOneProcess } from '../start-one-process';

/** The product in one process, with somebody inside who answers what can be seen only there. */
export interface WatchedProcess extends Shape {
  output(): string;
  /** What hangs on the prototypes that everything shares, by their names. */
  prototypes(): Promise<Record<string, string[]>>;
  /** Bytes of the heap in use, after garbage was collected. */
  heapUsed(): Promise<number>;
  /** Whether the process that was started first is the one that serves. */
  isAlive(): boolean;
}

const inside = pathToFileURL(join(__dirname, 'inside.mjs')).href;

export const startWatchedProcess = async (env: NodeJS.ProcessEnv): Promise<WatchedProcess> => {
  const { child, ...product } = await startOneProcess({ NODE_OPTIONS: `--import ${inside}`, ...env });
  const look = async <Seen>(what: string): Promise<Seen> => {
    const answered = once(child, 'message') as Promise<[{ seenInside: Seen }]>;
    child.send({ lookInside: what });
    const [{ seenInside }] = await answered;
    return seenInside;
  };
  return {
    ...product,
    prototypes: () => look('prototypes'),
    heapUsed: () => look('heap'),
    isAlive: () => child.exitCode === null && child.signalCode === null,
  };
};

/** How much a test tries: CI's size, unless its environment says more. */
export const sizeFrom = (variable: string, size: number): number => Number(process.env[variable] ?? size);
