import type { Redis } from 'ioredis';

/** What a process has taken of a user's bucket, in milliseconds of its refilling. */
export interface Taken {
  takenMs: number;
  /** When the first of it was taken. */
  agoMs: number;
  /** How far the bucket is from being full, as far as this process knows. */
  ownMs: number;
  /** For how long the count matters when nothing is added. */
  keepMs: number;
}

/** One bucket a user for all processes. */
export interface SharedRates {
  /** Whether it is worth asking: while Redis is away nobody waits for it. */
  isThere(): boolean;
  /**
   * Adds what a process has taken.
   * @returns how far the bucket of all is from being full; rejects when Redis does not answer
   */
  add(userId: string, taken: Taken): Promise<number>;
}

/**
 * Redis keeps the moment at which the bucket will be full, by its own clock: processes tell durations alone. What was taken counts from when it was
 * taken: what came back meanwhile is not missing. The moment is kept for a while after it has passed: the next portion may have begun before it.
 */
const addScript = `
local time = redis.call('time')
local now = time[1] * 1000 + time[2] / 1000
local taken, ago, own, keep = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local full = math.max(tonumber(redis.call('get', KEYS[1]) or '0'), now - ago) + taken
full = math.max(full, now + own)
redis.call('set', KEYS[1], string.format('%.3f', full), 'PX', math.ceil(math.max(full - now, 0) + keep))
return string.format('%.3f', full - now)`;

export const createSharedRates = (redis: Redis, event: string): SharedRates => ({
  isThere: () => redis.status === 'ready',
  async add(userId, { takenMs, agoMs, ownMs, keepMs }) {
    return Number(await redis.eval(addScript, 1, `rate-event:${event}:${userId}`, takenMs, agoMs, ownMs, keepMs));
  },
});
