import { setTimeout as pause } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';

export interface StoredGaugeOptions {
  registry: Registry;
  name: string;
  help: string;
  /** Looks at what is stored, each time somebody asks for the metrics. */
  read: () => Promise<number>;
}

/** A scraper waits ten seconds as a rule, for all of them. */
const readWithinMs = 2_000;

/**
 * A figure that is read from the database. While the database does not answer it is not a number, and the other figures are told all the same:
 * that is when they are needed most.
 */
export const createStoredGauge = ({ registry, name, help, read }: StoredGaugeOptions): Gauge => new Gauge({
  name, help, registers: [registry],
  async collect() {
    const late = pause(readWithinMs, Number.NaN, { ref: false });
    this.set(await Promise.race([read().catch(() => Number.NaN), late]));
  },
});
