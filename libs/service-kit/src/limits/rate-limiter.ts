import { longestWaitSeconds, type RateLimit } from '@chat-backend/contracts';
import { Refusal } from '../refusal';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';

/** Admits so many calls of one key in so much time. */
export interface RateLimiter {
  /** @throws Refusal RATE_LIMITED with the seconds to wait */
  admit(key: string): Promise<void>;
}

/** Excess is repeated when it comes again within this time. */
const excessRememberedSeconds = 3600;

/** Counts in Redis, in step with the other processes; in this process alone when there is no Redis or it is away. */
const counter = (keyPrefix: string, points: number, duration: number, redis: Redis | undefined): RateLimiterAbstract => {
  const inMemory = new RateLimiterMemory({ keyPrefix, points, duration });
  if (redis === undefined) return inMemory;
  return new RateLimiterRedis({ storeClient: redis, rejectIfRedisNotReady: true, insuranceLimiter: inMemory, keyPrefix, points, duration });
};

export interface RateLimiterOptions {
  /** Tells its counts in Redis from those of others. */
  name: string;
  limit: RateLimit;
  /** Absent: this process is the only one. */
  redis: Redis | undefined;
  /** Told of every refusal. */
  onRefused: () => void;
  /** Default: true. Not where programs come back by themselves: they would shut out for long everybody who shares their address. */
  growing?: boolean;
}

/**
 * Who goes over the limit is shut out for its seconds; who does so again, or goes on calling as if nothing had been said, twice as long
 * each time, where waits are growing.
 */
export const createRateLimiter = ({ name, limit: { calls, seconds }, redis, onRefused, growing = true }: RateLimiterOptions): RateLimiter => {
  const counted = counter(`rate:${name}`, calls, seconds, redis);
  const excesses = counter(`rate-excess:${name}`, calls, excessRememberedSeconds, redis);

  /** Of the calls over the limit, the first and then every so-many-th makes the wait longer: exactly one of those that run side by side. */
  const isExcess = (consumed: number): boolean => growing && (consumed - 1) % calls === 0;

  const secondsToWait = async (key: string, { consumedPoints, msBeforeNext }: RateLimiterRes): Promise<number> => {
    if (!isExcess(consumedPoints)) return msBeforeNext / 1000;
    const { consumedPoints: times } = await excesses.penalty(key);
    const wait = Math.min(seconds * 2 ** (times - 1), longestWaitSeconds);
    await counted.block(key, wait);
    return wait;
  };

  return {
    async admit(key) {
      try {
        await counted.consume(key);
      } catch (excess) {
        if (!(excess instanceof RateLimiterRes)) throw excess;
        onRefused();
        throw new Refusal('RATE_LIMITED', { retryAfterSeconds: await secondsToWait(key, excess) });
      }
    },
  };
};
