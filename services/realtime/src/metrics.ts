import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface RealtimeMetrics {
  batch(messages: number): void;
  /** `stored`, or the code of the refusal. */
  acknowledged(outcome: string): void;
  pushed(messages: number): void;
  /** Of one message of each batch: how long after its commit it was emitted here, or found to have nobody here, by the clocks of Postgres and of this machine. */
  emitted(secondsAfterCommit: number): void;
  /** A socket was ended by this process, for this reason. */
  ended(reason: 'slow' | 'old'): void;
  /** An event, a handshake or a socket was over a limit of this name. */
  limited(limit: string): void;
}

export const createRealtimeMetrics = (registry: Registry, countConnections: () => number): RealtimeMetrics => {
  const registers = [registry];
  new Gauge({
    name: 'chat_realtime_connections', help: 'Open connections of clients', registers,
    collect() { this.set(countConnections()); },
  });
  const batches = new Histogram({
    name: 'chat_realtime_batch_messages', help: 'Messages in one batch to messaging', registers, buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  });
  const acknowledgements = new Counter({
    name: 'chat_realtime_acknowledgements_total', help: 'Answered sends, by outcome', labelNames: ['outcome'], registers,
  });
  const pushes = new Counter({ name: 'chat_realtime_pushed_messages_total', help: 'Messages emitted to rooms of this process', registers });
  const delays = new Histogram({
    name: 'chat_realtime_push_seconds', help: 'From a message\'s commit to its emission here, or to finding nobody here who hears it, of one message of each batch', registers,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });
  const endings = new Counter({ name: 'chat_realtime_ended_sockets_total', help: 'Sockets that this process ended, by reason', labelNames: ['reason'], registers });
  const limitations = new Counter({
    name: 'chat_realtime_limited_total', help: 'Events, handshakes and sockets that were refused, by limit', labelNames: ['limit'], registers,
  });
  return {
    batch: (messages) => { batches.observe(messages); },
    acknowledged: (outcome) => { acknowledgements.inc({ outcome }); },
    pushed: (messages) => { pushes.inc(messages); },
    emitted: (secondsAfterCommit) => { delays.observe(secondsAfterCommit); },
    ended: (reason) => { endings.inc({ reason }); },
    limited: (limit) => { limitations.inc({ limit }); },
  };
};
