import { z } from 'zod';
import { defineEndpoint } from '../endpoint';
import * as f from '../fields';

/** A logged-in device. */
const session = z.object({
  id: f.id,
  /** Whether it is the one that asks. */
  isCurrent: z.boolean(),
  /** How the client named itself when the session began (its User-Agent, cut to a length); null: it did not. Anybody can name themselves anything. */
  device: z.string().max(f.limits.deviceLength).nullable(),
  startedAt: f.timestamp,
  /** When it was begun or its tokens were last renewed. */
  lastUsedAt: f.timestamp,
  expiresAt: f.timestamp,
});

export const getSessions = defineEndpoint({
  name: 'get-sessions', service: 'auth', access: ['access'], rate: 'ordinary',
  summary: `Retrieves my sessions that go on: the one that asks first, then those used last, at most ${f.limits.pageSize}.`,
  request: z.object({}),
  message: 'Sessions list retrieved successfully',
  data: z.array(session),
  refusals: [],
});

export const revokeSession = defineEndpoint({
  name: 'revoke-session', service: 'auth', access: ['access'], rate: 'ordinary',
  summary: 'Ends one of my sessions. Everywhere, its tokens are refused and its sockets closed within two seconds.',
  request: z.object({ sessionId: f.id }),
  message: 'Session revoked successfully',
  refusals: ['SESSION_NOT_FOUND'],
});

export const logoutEverywhere = defineEndpoint({
  name: 'logout-everywhere', service: 'auth', access: ['access'], rate: 'ordinary',
  summary: 'Ends all of my sessions; with `exceptThis`, all but the one that asks.',
  request: z.object({ exceptThis: z.boolean().optional() }),
  message: 'User logged out everywhere successfully',
  data: z.object({ /** How many were ended. */ ended: z.int() }),
  refusals: [],
});
