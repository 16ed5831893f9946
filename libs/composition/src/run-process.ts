import { ConfigError } from '@chat-backend/service-kit';
import { cannotGoOn, startProcess, type ProcessOptions, type ProcessPorts } from './start-process';

export interface RunProcessOptions extends Omit<ProcessOptions, 'signal'> {
  /** The process serves. */
  onReady?: (ports: ProcessPorts) => void;
}

const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** Ctrl-C reaches a process twice under npm: from the terminal, and passed on by npm. */
const sameSignalMs = 1_000;
/** How long a process that failed may let go of what it holds. */
const lastMomentsMs = 3_000;
const lingerMs = 1_000;

/** What a person needs to read of an error that kept the process from starting or going on. */
export const explain = (error: unknown): string => {
  const isExplained = error instanceof ConfigError || (error instanceof Error && error.constructor === Error && !('code' in error));
  if (isExplained) return error.message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
};

const complain = (error: unknown): void => { process.stderr.write(`\nChat Backend stopped: ${explain(error)}\n`); };

/** Ends with this code by itself; whatever still lingers after a moment is cut. */
const endWith = (code: number): void => {
  process.exitCode = code;
  setTimeout(() => { process.exit(code); }, lingerMs).unref();
};

/** Runs `ask` at the first signal to stop; a later one ends the process at once. */
const onStopSignal = (ask: (signal: string) => void): void => {
  let askedAt: number | undefined;
  for (const signal of stopSignals) {
    process.on(signal, () => {
      if (askedAt === undefined) { askedAt = performance.now(); ask(signal); return; }
      if (performance.now() - askedAt > sameSignalMs) process.exit(1);
    });
  }
};

/** Runs `ask` at the first error that nobody caught, and leaves it a moment. */
const onUncaught = (ask: () => void): void => {
  const die = (error: unknown): void => {
    if (process.exitCode === 1) return;
    process.exitCode = 1;
    complain(error);
    setTimeout(() => { process.exit(1); }, lastMomentsMs).unref();
    ask();
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
};

/** Runs a process from start to end: until a signal stops it (exit code 0) or it cannot go on (1). Tells a parent that listens when it is ready. */
export const runProcess = async ({ onReady, ...options }: RunProcessOptions): Promise<void> => {
  const stopping = new AbortController();
  onStopSignal(() => { stopping.abort(); });
  onUncaught(() => { stopping.abort(cannotGoOn); });
  try {
    const running = await startProcess({ ...options, signal: stopping.signal });
    void running.ready.then(() => {
      process.send?.({ type: 'ready', ...running.ports });
      onReady?.(running.ports);
    });
    await running.ended;
    endWith(process.exitCode === 1 ? 1 : 0);
  } catch (error) {
    const isStopped = stopping.signal.aborted && process.exitCode !== 1;
    if (!isStopped) complain(error);
    endWith(isStopped ? 0 : 1);
  }
};
