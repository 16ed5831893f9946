import { createHash } from 'node:crypto';
import { accounts, rateLimits, type Endpoint, type RateLimitName } from '@chat-backend/contracts';
import { limitedAddress } from '@chat-backend/service-kit';
import type { Redis } from 'ioredis';
import { createRateLimiter, type RateLimiter } from './rate-limiter';

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
  redis: Redis | undefined;
}

const unlimited: GatewayLimits = {
  admitAddress: async () => {},
  admitSignIn: async () => {},
  admitUser: async () => {},
  admitExport: async () => {},
};

/** Redis and memory hold no email addresses. */
const hidden = (text: string): string => createHash('sha256').update(text).digest('base64url');

export const createGatewayLimits = ({ factor, redis }: GatewayLimitsOptions): GatewayLimits => {
  if (factor === 0) return unlimited;
  const limiter = (name: RateLimitName): RateLimiter => {
    const { calls, seconds } = rateLimits[name];
    return createRateLimiter(name, { calls: Math.max(1, Math.round(calls * factor)), seconds }, redis);
  };
  const [ofAddress, ofSensitive, ofLogin, ofUser] = [limiter('address'), limiter('sensitive'), limiter('login'), limiter('user')];
  const ofExport = limiter('export');

  return {
    async admitAddress(endpoint, address) {
      const counted = limitedAddress(address);
      await ofAddress.admit(counted);
      if (endpoint.rate === 'sensitive') await ofSensitive.admit(counted);
    },
    async admitSignIn(endpoint, address, email) {
      if (endpoint.name !== accounts.login.name || typeof email !== 'string') return;
      await ofLogin.admit(hidden(`${limitedAddress(address)} ${email.trim().toLowerCase()}`));
    },
    admitUser: (userId) => ofUser.admit(userId),
    async admitExport(endpoint, userId) {
      if (endpoint.rate === 'export') await ofExport.admit(userId);
    },
  };
};
