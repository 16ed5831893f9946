import { rateLimits, type RateLimitName } from '@chat-backend/contracts';
import { Counter, type Registry } from 'prom-client';

/** Counts the calls that were refused, by the limit that they were over. */
export const createLimitsMetrics = (registry: Registry): { refused(name: RateLimitName): void } => {
  const refusals = new Counter({
    name: 'chat_gateway_limited_calls_total', help: 'Calls refused with RATE_LIMITED, by limit', labelNames: ['limit'], registers: [registry],
  });
  for (const limit of Object.keys(rateLimits)) refusals.inc({ limit }, 0);
  return { refused: (limit) => { refusals.inc({ limit }); } };
};
