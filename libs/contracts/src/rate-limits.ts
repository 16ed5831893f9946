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
  /** Exchanges of refresh tokens by one address. */
  refresh: { calls: 120, seconds: 60 },
  /** Calls of one address to the endpoints that have a mail written to whomever it names. Not in contract mode, where codes stand in the replies. */
  mails: { calls: 60, seconds: 3600 },
  /** Calls of one user, wherever they come from. */
  user: { calls: 600, seconds: 60 },
  /** Pages of what is kept of one user. */
  export: { calls: 120, seconds: 60 },
} as const satisfies Record<string, RateLimit>;

/**
 * What realtime takes of one user's socket events, before RATE_LIMIT_FACTOR, over all processes. Each counts for itself and shares its count in
 * portions, so that what is sent to several processes at the very same moment may all be taken; what is over is waited for afterwards.
 */
export const eventRates = {
  sendMessage: { atOnce: 200, perSecond: 20 },
  markRead: { atOnce: 100, perSecond: 10 },
  sync: { atOnce: 60, perSecond: 5 },
  'auth:refresh': { atOnce: 30, perSecond: 1 },
} as const satisfies Record<string, EventRate>;

/** What realtime takes of connections, before RATE_LIMIT_FACTOR, over all processes. An IPv6 client counts by its /64 network. */
export const connectionLimits = {
  /** Handshakes of one address. Waits do not grow: clients come back by themselves. */
  handshakes: { calls: 600, seconds: 60 },
  /** Connections of one address at the same time. */
  atOncePerAddress: 2_000,
  /** Connected sockets of one user at the same time. */
  atOncePerUser: 50,
  /** How often one connection may ask to be let in: once, and again when it was refused. Beyond that it is ended. */
  connects: { calls: 10, seconds: 10 },
} as const;

export type RateLimitName = keyof typeof rateLimits;
export const longestWaitSeconds = 3600;
