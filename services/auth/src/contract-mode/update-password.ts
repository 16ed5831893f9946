import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { appendUserLog, recordAudit } from '@chat-backend/database';
import { announceUserEvents, type CallOfUser } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import { passwordChanged, updatePassword } from '../accounts/update-password';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import { checkCodeIfGiven } from './check-code';

type Endpoint = typeof accounts.updatePassword;

/**
 * As documented: the token alone sets a new password, unless more is sent to be compared. Other sessions go on, as every documented token
 * stays good for every documented call of its user. Links in mails work as in strict mode.
 * @throws Refusal SESSION_REVOKED, WRONG_CODE, CHALLENGE_EXPIRED, WRONG_CREDENTIALS, BUSY
 */
export const updatePasswordInContractMode = (dependencies: AuthDependencies) => {
  const strictly = updatePassword(dependencies);
  return async (call: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    const { caller, body, ...origin } = call;
    if (caller.purpose !== 'access' || body.currentPassword !== undefined) return strictly(call);
    await requireSession(dependencies.database, caller);
    await checkCodeIfGiven(dependencies, caller, body.otp);
    const password = await dependencies.passwords.hash(body.password);
    const logged = await dependencies.database.transaction(async (tables) => {
      await holdAccount(tables, caller.userId);
      await tables.user.update({ where: { id: caller.userId }, data: password });
      await recordAudit(tables, origin, { action: 'password.changed', userId: caller.userId });
      return appendUserLog(tables, [passwordChanged(caller.userId, caller.sessionId)]);
    });
    announceUserEvents(dependencies, logged);
    return { data: { message: 'password updated' } };
  };
};
