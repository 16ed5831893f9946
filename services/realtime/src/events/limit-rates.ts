import { eventRates, type EventRate } from '@chat-backend/contracts';
import { Refusal } from '@chat-backend/service-kit';
import { LRUCache } from 'lru-cache';
import type { SharedRates } from './shared-rates';

/**
 * Counts one event of a user, over all of the user's sockets.
 * @throws Refusal RATE_LIMITED, naming the wait; what is refused is not counted
 */
export type AdmitEvent = (userId: string) => void;

/** Who was quiet for longest is forgotten first, and has everything at once again. */
const rememberedUsers = 50_000;
/** Of what a user may do at once, the part after which the count is shared with the other processes. */
const sharedParts = 10;
/** Who is so many times slower than the rate is no concern of the other processes: up to so many of them, all together stay below it. */
const slowness = 10;

interface Bucket {
  /** The moment at which it will be full: the one number that says all of a token bucket. */
  fullAt: number;
  /** Events that the other processes do not know of, the first of them at `since`. */
  unshared: number;
  since: number;
  isSharing: boolean;
}

export interface LimitRateOptions {
  /** Milliseconds that never go back. */
  now?: () => number;
  /** Absent: this process is the only one. */
  shared?: SharedRates | undefined;
  onRefused?: () => void;
}

/**
 * A token bucket for each user. Nobody waits for the other processes: this one counts for itself, and tells Redis in portions what it has taken and
 * learns what all have. Whoever is idle or slow costs nothing; ADR 14 says what bound that makes.
 *
 * A few lines of our own, as this stands before each message: rate-limiter-flexible in memory counts in fixed windows, answers with a promise, and
 * takes several times as long (measured over 10,000 users: 460 to 580 ns a call against about 85).
 */
export const limitRate = ({ atOnce, perSecond }: EventRate, { now = () => performance.now(), shared, onRefused = () => {} }: LimitRateOptions = {}): AdmitEvent => {
  const intervalMs = 1_000 / perSecond;
  const most = Math.max(atOnce, 1);
  const emptyMs = most * intervalMs;
  const portion = Math.ceil(most / sharedParts);
  const buckets = new LRUCache<string, Bucket>({ max: rememberedUsers });

  const bucketOf = (userId: string): Bucket => {
    const known = buckets.get(userId);
    if (known !== undefined) return known;
    const bucket = { fullAt: 0, unshared: 0, since: 0, isSharing: false };
    buckets.set(userId, bucket);
    return bucket;
  };

  /** Tells what was taken since the last time, and takes over what all have taken. What is admitted meanwhile comes on top. */
  const share = async (rates: SharedRates, userId: string, bucket: Bucket): Promise<void> => {
    const asked = now();
    const { unshared, since } = bucket;
    const allMs = await rates.add(userId, {
      takenMs: unshared * intervalMs, agoMs: asked - since, ownMs: bucket.fullAt - asked, keepMs: portion * intervalMs * slowness,
    });
    bucket.unshared -= unshared;
    bucket.since = asked;
    bucket.fullAt = Math.max(bucket.fullAt, asked + allMs + bucket.unshared * intervalMs);
  };

  const shareAll = async (rates: SharedRates, userId: string, bucket: Bucket): Promise<void> => {
    bucket.isSharing = true;
    try {
      while (bucket.unshared >= portion) await share(rates, userId, bucket);
    } catch {
      // Redis is away: it is told when it is back and this user goes on.
    } finally {
      bucket.isSharing = false;
    }
  };

  const countForAll = (rates: SharedRates, userId: string, bucket: Bucket, moment: number): void => {
    if (bucket.unshared === 0) bucket.since = moment;
    bucket.unshared += 1;
    if (bucket.unshared < portion || bucket.isSharing) return;
    if (moment - bucket.since > (bucket.unshared - 1) * intervalMs * slowness) bucket.unshared = 0;
    else if (rates.isThere()) void shareAll(rates, userId, bucket);
  };

  return (userId) => {
    const moment = now();
    const bucket = bucketOf(userId);
    const full = Math.max(bucket.fullAt, moment) + intervalMs;
    const waitMs = full - moment - emptyMs;
    // Less than a microsecond over is the rounding of a sum, not a client that came too early.
    if (waitMs > 0.001) {
      onRefused();
      throw new Refusal('RATE_LIMITED', { retryAfterSeconds: Math.ceil(waitMs) / 1_000 });
    }
    bucket.fullAt = full;
    if (shared !== undefined) countForAll(shared, userId, bucket, moment);
  };
};

const admitAll: AdmitEvent = () => undefined;

export interface LimitRatesOptions {
  /** Multiplies every rate; 0: as much as comes. */
  factor: number;
  /** The counts that all processes share of an event; absent: this process is the only one. */
  sharedOf?: ((event: keyof typeof eventRates) => SharedRates) | undefined;
  onRefused?: (event: keyof typeof eventRates) => void;
}

/** What realtime takes of each event. */
export const limitRates = ({ factor, sharedOf, onRefused = () => {} }: LimitRatesOptions): Record<keyof typeof eventRates, AdmitEvent> => {
  const limit = (event: keyof typeof eventRates): AdmitEvent => {
    const { atOnce, perSecond } = eventRates[event];
    if (factor === 0) return admitAll;
    return limitRate({ atOnce: atOnce * factor, perSecond: perSecond * factor }, { shared: sharedOf?.(event), onRefused: () => { onRefused(event); } });
  };
  return { sendMessage: limit('sendMessage'), markRead: limit('markRead'), sync: limit('sync'), 'auth:refresh': limit('auth:refresh') };
};
