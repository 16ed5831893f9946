import { createHash } from 'node:crypto';
import { accounts, limitsOfEndpoint, rateLimits, type Endpoint, type RateLimitName } from '@chat-backend/contracts';
import { createRateLimiter, limitedAddress, type RateLimiter } from '@chat-backend/service-kit';
import type { Redis } from 'ioredis';

/** The limits that the reference publishes. Each method throws Refusal RATE_LIMITED. */
export interface GatewayLimits {
  admitAddress(endpoint: Endpoint, address: string): Promise<void>;
  /** Guesses at one account from one address; `email` is what the body says, of whatever type. */
  admitSignIn(endpoint: Endpoint, address: string, email: unknown): Promise<void>;
  admitUser(userId: string): Promise<void>;
  /** A user's calls to the endpoints whose rate is `export`. */
  admitExport(endpoint: Endpoint, userId: string): Promise<void>;
}

export interface GatewayLimitsOptions {
  /** Multiplies every limit; 0 switches them off. */
  factor: number;
  /** Whether calls count that have mails written. */
  limitsMails: boolean;
  redis: Redis | undefined;
  /** Told of every refusal, with the limit's name. */
  onRefused: (name: RateLimitName) => void;
}

const unlimited: GatewayLimits = {
  admitAddress: async () => {},
  admitSignIn: async () => {},
  admitUser: async () => {},
  admitExport: async () => {},
};

/** Redis and memory hold no email addresses. */
const hidden = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** What counts by address beside `address` itself. */
const limitsOfAddress = (endpoint: Endpoint, limitsMails: boolean): RateLimitName[] =>
  limitsOfEndpoint(endpoint).filter((name) => name === 'sensitive' || name === 'refresh' || (name === 'mails' && limitsMails));

export const createGatewayLimits = ({ factor, limitsMails, redis, onRefused }: GatewayLimitsOptions): GatewayLimits => {
  if (factor === 0) return unlimited;
  const limiters = Object.fromEntries(Object.entries(rateLimits).map(([name, { calls, seconds }]) => [name, createRateLimiter({
    name, limit: { calls: Math.max(1, Math.round(calls * factor)), seconds }, redis, onRefused: () => { onRefused(name as RateLimitName); },
  })])) as Record<RateLimitName, RateLimiter>;

  return {
    async admitAddress(endpoint, address) {
      const counted = limitedAddress(address);
      await limiters.address.admit(counted);
      for (const name of limitsOfAddress(endpoint, limitsMails)) await limiters[name].admit(counted);
    },
    async admitSignIn(endpoint, address, email) {
      if (endpoint.name !== accounts.login.name || typeof email !== 'string') return;
      await limiters.login.admit(hidden(`${limitedAddress(address)} ${email.trim().toLowerCase()}`));
    },
    admitUser: (userId) => limiters.user.admit(userId),
    async admitExport(endpoint, userId) {
      if (endpoint.rate === 'export') await limiters.export.admit(userId);
    },
  };
};
