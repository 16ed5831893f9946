/** So many calls in so many seconds. */
export interface RateLimit { calls: number; seconds: number }
/** So many events at once, and so many more each second. */
export interface EventRate { atOnce: number; perSecond: number }

/**
 * What the gateway admits, before RATE_LIMIT_FACTOR. Who goes over a limit is shut out for its seconds; who does so again within an hour, or
 * goes on calling, twice as long each time, up to `longestWaitSeconds`. An IPv6 client counts by its /64 network.
 */
export const rateLimits = {
  /** Calls of one address. */
  address: { calls: 1200, seconds: 60 },
  /** Calls of one address to the endpoints whose rate is `sensitive`: passwords, codes and mails. */
  sensitive: { calls: 30, seconds: 60 },
  /** Sign-ins of one address with one email address. */
  login: { calls: 10, seconds: 60 },
  /** Calls of one user, wherever they come from. */
  user: { calls: 600, seconds: 60 },
  /** Pages of what is kept of one user. */
  export: { calls: 120, seconds: 60 },
} as const satisfies Record<string, RateLimit>;

/**
 * What realtime takes of one user's socket events, before RATE_LIMIT_FACTOR. Counted in each realtime process for itself.
 */
export const eventRates = {
  sendMessage: { atOnce: 200, perSecond: 20 },
  markRead: { atOnce: 100, perSecond: 10 },
  sync: { atOnce: 60, perSecond: 5 },
  'auth:refresh': { atOnce: 30, perSecond: 1 },
} as const satisfies Record<string, EventRate>;

export type RateLimitName = keyof typeof rateLimits;
export const longestWaitSeconds = 3600;
