import type { Logger } from '@chat-backend/service-kit';

export interface OutageLog {
  failed(error: unknown): void;
  works(): void;
  /** Nothing is said any more: what was let go of may be cut before it has gone, and its end is no outage. */
  ended(): void;
}

/** Says once that something went away and once that it is back, however often it is tried in between. */
export const createOutageLog = (logger: Logger, what: string): OutageLog => {
  let [isAway, isEnded] = [false, false];
  return {
    failed(error) {
      if (!isAway && !isEnded) logger.warn({ err: error }, `${what} does not work`);
      isAway = true;
    },
    works() {
      if (isAway && !isEnded) logger.info(`${what} works again`);
      isAway = false;
    },
    ended() { isEnded = true; },
  };
};
