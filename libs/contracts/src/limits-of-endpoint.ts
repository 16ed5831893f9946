import type { Endpoint } from './endpoint';
import { login, refreshToken } from './endpoints/accounts';
import { rateLimits, type RateLimitName } from './rate-limits';

/** Whose calls a limit counts. */
export const countedBy: Readonly<Record<RateLimitName, string>> = {
  address: 'address, all calls',
  sensitive: 'address, calls with passwords, codes or mails (rate: sensitive)',
  login: 'address and email address, sign-ins',
  user: 'user, calls with a token',
  export: 'user, calls that export (rate: export)',
  refresh: 'address, exchanges of refresh tokens',
  mails: 'address, calls that have a mail written',
};

/** The limits that a call counts against, in the order in which they are asked. */
export const limitsOfEndpoint = (endpoint: Endpoint): RateLimitName[] => {
  const counts: Readonly<Record<RateLimitName, boolean>> = {
    address: true,
    sensitive: endpoint.rate === 'sensitive',
    mails: endpoint.mails === true,
    refresh: endpoint.name === refreshToken.name,
    login: endpoint.name === login.name,
    user: endpoint.access !== 'public',
    export: endpoint.rate === 'export',
  };
  return (Object.keys(counts) as RateLimitName[]).filter((name) => counts[name]);
};

/** `30 in 60 s (address, …)`. */
export const describeLimit = (name: RateLimitName): string => `${rateLimits[name].calls} in ${rateLimits[name].seconds} s (${countedBy[name]})`;
