import type { AnswerOf, personalData, RequestOf } from '@chat-backend/contracts';
import { createAnnouncer, Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { signIn } from '../accounts/sign-in';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import type { RefusedCode } from '../two-factor/take-code';
import { deleteHeldAccount } from './delete-held-account';
import { proveSecondFactor } from './prove-second-factor';

type Endpoint = typeof personalData.deleteAccount;
type Outcome = RefusedCode | { sessionIds: string[] };

/**
 * Deletes the account of the caller, who gives the password again, and a code where two-factor is on. With the commit nobody is signed in any more, the
 * address is free, and the name is gone from everything that is read; what the other services hold goes from there on, whatever happens
 * (docs/adr/0017).
 * @throws Refusal SESSION_REVOKED, WRONG_CREDENTIALS, CODE_REQUIRED, WRONG_CODE, CHALLENGE_EXPIRED, TOO_MANY_WRONG_CODES, BUSY
 */
export const deleteAccount = (dependencies: AuthDependencies) => async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database } = dependencies;
  await requireSession(database, caller);
  const user = await database.tables.user.findUnique({ where: { id: caller.userId }, select: { email: true } });
  if (user === null) throw new Refusal('SESSION_REVOKED');
  // The refusal of a code is returned and not thrown: what was counted must be committed.
  const outcome = await signIn(dependencies, user.email, body.password, async (tables, account): Promise<Outcome> => {
    // The address is another account's by now.
    if (account.id !== caller.userId) throw new Refusal('WRONG_CREDENTIALS');
    const proven = await proveSecondFactor(dependencies, tables, account, { otp: body.otp, origin });
    if ('refusal' in proven) return proven;
    const recordedAs = { action: 'account.deletion-begun', userId: account.id } as const;
    return { sessionIds: await deleteHeldAccount(tables, origin, account, { recordedAs, erasesMessages: body.messages === 'erase' }) };
  });
  if ('refusal' in outcome) {
    wakeDelivery(dependencies, outcome.mailId);
    throw outcome.refusal;
  }
  const announce = createAnnouncer(dependencies);
  announce('session.revoked', { sessionIds: outcome.sessionIds, accountDeleted: true });
  announce('account.deleted', { userId: caller.userId });
  return {};
};
