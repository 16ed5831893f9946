import type { Address } from './follow-addresses';

/** Rejects where nothing is to be learned from the answer, or there is none: what was known of the process stays. */
export type AskReadiness = (address: Address) => Promise<boolean>;

const askEveryMs = 1_000;

/** Which of several processes say that they would rather take nothing new: they are about to stop, or lack what they need. */
export interface Readiness {
  isUnready(address: Address): boolean;
  stop(): void;
}

/** Nobody is asked: what stands behind names comes and goes with them. */
export const unwatched: Readiness = { isUnready: () => false, stop: () => undefined };

/**
 * Asks each process again and again. One that is about to stop is known to be before it closes its connections, so that no call is on its way to it then.
 */
export const watchReadiness = (addresses: () => readonly Address[], isReady: AskReadiness): Readiness => {
  const unready = new Set<Address>();
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  const ask = async (address: Address): Promise<void> => {
    const ready = await isReady(address).catch(() => undefined);
    if (ready === true) unready.delete(address);
    if (ready === false) unready.add(address);
  };
  const askAll = async (): Promise<void> => {
    await Promise.all(addresses().map(ask));
    if (!isStopped) timer = setTimeout(() => { void askAll(); }, askEveryMs).unref();
  };
  void askAll();

  return {
    isUnready: (address) => unready.has(address),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
