import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { recordAudit, type NewLogEntry } from '@chat-backend/database';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { closeOpenChallenges } from '../challenges/close-open-challenges';
import { checkHandle, closeChallenge } from '../challenges/confirm-challenge';
import type { AuthDependencies } from '../dependencies';
import { announceEnd, endSessionsOfUser, type Ended } from '../sessions/end-sessions';
import { requireSession } from '../sessions/require-session';
import { answerEvenly } from './answer-evenly';
import { checkCurrentPassword } from './check-current-password';
import { holdAccount } from './hold-account';

type Endpoint = typeof accounts.updatePassword;
type UpdateCall = CallOfUser<RequestOf<Endpoint>>;

/** For the user's log. @param sessionId the session that changed it; null: who reads the mails */
export const passwordChanged = (userId: string, sessionId: string | null): NewLogEntry => ({ userId, event: { kind: 'password', changedBySessionId: sessionId } });

/** By the mail: ends every session, and proves the address, as only its reader could come so far. It signs nobody in, so two-factor still stands. */
const resetByMail = async (dependencies: AuthDependencies, { caller, body, ...origin }: UpdateCall): Promise<Ended> => {
  // First of all, and by the address that the handle names: so it says nothing about whether there is an account, and costs no try.
  await dependencies.checkNewPassword(body.password, caller.email ?? '');
  const proven = await answerEvenly(() => checkHandle(dependencies, caller, body.otp));
  const password = await dependencies.passwords.hash(body.password);
  return dependencies.database.transaction(async (tables) => {
    await holdAccount(tables, proven.userId);
    await closeChallenge(tables, proven);
    await tables.user.update({ where: { id: proven.userId }, data: { ...password, isVerified: true, isPasswordDisputed: false } });
    await closeOpenChallenges(tables, proven.userId);
    await recordAudit(tables, origin, { action: 'password.reset', userId: proven.userId });
    return endSessionsOfUser(tables, origin, proven.userId, { alsoLogged: [passwordChanged(proven.userId, null)] });
  });
};

/** By who is signed in and knows the current password: ends every other session. */
const changeByUser = async (dependencies: AuthDependencies, { caller, body, ...origin }: UpdateCall): Promise<Ended> => {
  await requireSession(dependencies.database, caller);
  if (body.currentPassword === undefined) throw new Refusal('CURRENT_PASSWORD_REQUIRED');
  const { email, passwordHash } = await checkCurrentPassword(dependencies, caller.userId, body.currentPassword);
  await dependencies.checkNewPassword(body.password, email);
  const password = await dependencies.passwords.hash(body.password);
  return dependencies.database.transaction(async (tables) => {
    const account = await holdAccount(tables, caller.userId);
    if (account?.passwordHash !== passwordHash) throw new Refusal('WRONG_CREDENTIALS');
    await tables.user.update({ where: { id: caller.userId }, data: password });
    await closeOpenChallenges(tables, caller.userId);
    await recordAudit(tables, origin, { action: 'password.changed', userId: caller.userId });
    const alsoLogged = [passwordChanged(caller.userId, caller.sessionId)];
    return endSessionsOfUser(tables, origin, caller.userId, { exceptSessionId: caller.sessionId, alsoLogged });
  });
};

/**
 * Sets a new password.
 * @throws Refusal CODE_REQUIRED, WRONG_CODE, CHALLENGE_EXPIRED (reset); SESSION_REVOKED, CURRENT_PASSWORD_REQUIRED, WRONG_CREDENTIALS (access); PASSWORD_TOO_COMMON, BUSY
 */
export const updatePassword = (dependencies: AuthDependencies) => async (call: UpdateCall): Promise<AnswerOf<Endpoint>> => {
  const ended = await (call.caller.purpose === 'access' ? changeByUser : resetByMail)(dependencies, call);
  announceEnd(dependencies, ended);
  return { data: { message: 'password updated' } };
};
