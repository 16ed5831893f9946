import type { Logger } from '../logger';
import { Redis } from 'ioredis';

/** A call waits no longer for its count. */
const patienceMs = 250;

/**
 * The Redis that counts calls for all gateways. It never makes a call wait: while it is away every command fails at once, and one that
 * stops answering is cut off, so that the next commands fail at once, too.
 */
export const openLimitsRedis = (url: string, logger: Logger): Redis => {
  const redis = new Redis(url, {
    enableOfflineQueue: false, maxRetriesPerRequest: 0, connectTimeout: 1_000, commandTimeout: patienceMs, socketTimeout: patienceMs,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
    // By default a client whose Redis is gone keeps its process for two seconds more.
    disconnectTimeout: 100,
  });
  let isAway = false;
  redis.on('error', (error) => {
    if (!isAway) logger.warn({ err: error }, 'Redis is away: rate limits are counted in each process');
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) logger.info('Redis is back: rate limits are shared again');
    isAway = false;
  });
  return redis;
};
