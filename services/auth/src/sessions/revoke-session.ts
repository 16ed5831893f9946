import type { AnswerOf, RequestOf, sessions } from '@chat-backend/contracts';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import type { AuthDependencies } from '../dependencies';
import { announceEnd, endSession } from './end-sessions';
import { requireSession } from './require-session';

type Endpoint = typeof sessions.revokeSession;

/**
 * Ends one session of the user who asks, also the one that asks.
 * @throws Refusal SESSION_REVOKED; SESSION_NOT_FOUND for one that is over, was never there, or is somebody else's
 */
export const revokeSession = (dependencies: AuthDependencies) => async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database } = dependencies;
  await requireSession(database, caller);
  const ended = await database.transaction(async (tables) => {
    await holdAccount(tables, caller.userId);
    return endSession(tables, origin, caller.userId, body.sessionId);
  });
  if (ended.sessionIds.length === 0) throw new Refusal('SESSION_NOT_FOUND');
  announceEnd(dependencies, ended);
  return {};
};
