import type { AnswerOf, RequestOf, sessions } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import type { AuthDependencies } from '../dependencies';
import { announceEnd, endSessionsOfUser } from './end-sessions';
import { requireSession } from './require-session';

type Endpoint = typeof sessions.logoutEverywhere;

/** Ends all sessions of the user, or all but the one that asks. @throws Refusal SESSION_REVOKED */
export const logoutEverywhere = (dependencies: AuthDependencies) => async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database } = dependencies;
  await requireSession(database, caller);
  const ended = await database.transaction(async (tables) => {
    // Held, so that a sign-in at the same moment comes before, and is ended, or after.
    await holdAccount(tables, caller.userId);
    return endSessionsOfUser(tables, origin, caller.userId, body.exceptThis === true ? { exceptSessionId: caller.sessionId } : {});
  });
  announceEnd(dependencies, ended);
  return { data: { ended: ended.sessionIds.length } };
};
