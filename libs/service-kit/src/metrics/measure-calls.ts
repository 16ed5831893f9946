import type { ServiceName } from '@chat-backend/contracts';
import type { RequestHandler, Response } from 'express';
import { Histogram, type Registry } from 'prom-client';

const name = 'chat_call_seconds';
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** `ok`; `refused`: the caller's mistake; `failed`: ours; `gone`: the client did not wait for the answer. */
type Outcome = 'ok' | 'refused' | 'failed' | 'gone';
const outcomes: readonly Outcome[] = ['ok', 'refused', 'failed', 'gone'];

const outcomeOf = ({ writableFinished, statusCode }: Response): Outcome => {
  if (!writableFinished) return 'gone';
  return statusCode >= 500 ? 'failed' : statusCode >= 400 ? 'refused' : 'ok';
};

/** One for all services of a process. */
const histogramIn = (metrics: Registry): Histogram<'service' | 'outcome'> =>
  metrics.getSingleMetric(name) as Histogram<'service' | 'outcome'> | undefined ??
  new Histogram({ name, help: 'REST calls, by the service that answered and how it ended', labelNames: ['service', 'outcome'], buckets, registers: [metrics] });

/** Measures each call from here to its end. The calls' own names stay out of the labels: they are many, and the logs have them. */
export const measureCalls = (metrics: Registry, service: ServiceName): RequestHandler => {
  const histogram = histogramIn(metrics);
  // A rate needs its beginning: a first failure must not be the first that is heard of failures.
  for (const outcome of outcomes) histogram.zero({ service, outcome });
  return (_request, response, next) => {
    const end = histogram.startTimer({ service });
    response.once('close', () => { end({ outcome: outcomeOf(response) }); });
    next();
  };
};
