import type { Writable } from 'node:stream';

/** What clients hold open through the gateway: upgraded sockets and waiting polls. */
export interface OpenConnections {
  add(connection: Writable): void;
  /** Resolves when all are closed, or the time is over. */
  endedWithin(ms: number): Promise<void>;
  destroyAll(): void;
}

export const createOpenConnections = (): OpenConnections => {
  const open = new Set<Writable>();
  let lastClosed: (() => void) | undefined;
  return {
    add(connection) {
      if (open.has(connection)) return;
      open.add(connection);
      connection.once('close', () => {
        open.delete(connection);
        if (open.size === 0) lastClosed?.();
      });
    },
    async endedWithin(ms) {
      if (open.size === 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        lastClosed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    destroyAll() {
      for (const connection of open) connection.destroy();
    },
  };
};
