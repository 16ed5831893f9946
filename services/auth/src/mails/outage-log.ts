import type { Logger } from '@chat-backend/service-kit';

export interface OutageLog { failed(error: unknown): void; works(): void }

/** Says once that something went away and once that it is back, however often it is tried in between. */
export const createOutageLog = (logger: Logger, what: string): OutageLog => {
  let isAway = false;
  return {
    failed(error) {
      if (!isAway) logger.warn({ err: error }, `${what} does not work`);
      isAway = true;
    },
    works() {
      if (isAway) logger.info(`${what} works again`);
      isAway = false;
    },
  };
};
