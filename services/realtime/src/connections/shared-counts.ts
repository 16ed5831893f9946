import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** How many connections a key has, over all processes. */
export interface SharedCounts {
  /** Something came or went here. */
  changed(key: string): void;
  /** Whether the key has no more than it may, those included that are about to come. */
  fits(key: string, coming?: number): Promise<boolean>;
  stop(): void;
}

export interface SharedCountsOptions {
  /** Tells these counts in Redis from others. */
  name: string;
  atMost: number;
  /** What this process has, exactly. */
  countOf: (key: string) => number;
  /** Absent: this process is the only one. */
  redis: Redis | undefined;
}

/** Of what a key may have, the part up to which a process neither tells nor asks: whoever has few connections costs nothing. */
const quietParts = 10;
const tellAgainMs = 10_000;
/** What a process that died has told is believed no longer. */
const believedMs = 30_000;

/** Sets the count of one process, and sums up those of the others that were told lately. */
const tellScript = `
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] == '0' then redis.call('hdel', KEYS[1], ARGV[1])
else redis.call('hset', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', now + ARGV[3])) end
local others = 0
local told = redis.call('hgetall', KEYS[1])
for at = 1, #told, 2 do
  local count, believedUntil = string.match(told[at + 1], '^(%d+) (%d+)$')
  if tonumber(believedUntil) <= now then redis.call('hdel', KEYS[1], told[at])
  elseif told[at] ~= ARGV[1] then others = others + tonumber(count) end
end
redis.call('pexpire', KEYS[1], ARGV[3])
return others`;

/**
 * A process tells Redis of a key of which it has more than a tenth of what is allowed, again and again, so that what is lost on the way, with Redis or
 * with a process, is right again in seconds; and it asks for what the others have before it lets one more in. So all processes together have at most
 * a tenth for each of them above what is allowed, and each alone never has more than that, also while Redis is away.
 */
export const createSharedCounts = ({ name, atMost, countOf, redis }: SharedCountsOptions): SharedCounts => {
  const processId = randomUUID();
  const quiet = Math.floor(atMost / quietParts);
  const busy = new Set<string>();

  /** @returns what the others have, as far as they have told; nothing while Redis is away */
  const tell = async (key: string): Promise<number> => {
    if (redis?.status !== 'ready') return 0;
    try {
      return Number(await redis.eval(tellScript, 1, `sockets:${name}:${key}`, processId, busy.has(key) ? countOf(key) : 0, believedMs));
    } catch {
      return 0;
    }
  };
  const tellingAgain = setInterval(() => { for (const key of busy) void tell(key); }, tellAgainMs).unref();

  return {
    changed(key) {
      const wasBusy = busy.has(key);
      if (countOf(key) > quiet) busy.add(key);
      else busy.delete(key);
      if (wasBusy || busy.has(key)) void tell(key);
    },
    async fits(key, coming = 0) {
      const count = countOf(key) + coming;
      if (count > atMost) return false;
      return count <= quiet || count + await tell(key) <= atMost;
    },
    stop() { clearInterval(tellingAgain); },
  };
};
