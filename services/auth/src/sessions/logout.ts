import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import type { AuthDependencies } from '../dependencies';
import { announceEnd, endSession } from './end-sessions';
import { requireSession } from './require-session';

type Endpoint = typeof accounts.logout;

/** Ends the session of the token: its access and refresh tokens are worth nothing from here on. */
export const logout = (dependencies: AuthDependencies) => async ({ caller, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database } = dependencies;
  await requireSession(database, caller);
  const ended = await database.transaction(async (tables) => {
    await holdAccount(tables, caller.userId);
    return endSession(tables, origin, caller.userId, caller.sessionId);
  });
  announceEnd(dependencies, ended);
  return {};
};
