import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { newId, recordAudit, type AuditedCall } from '@chat-backend/database';
import type { Call } from '@chat-backend/service-kit';
import { signHandle } from '../challenges/handles';
import { openChallenge } from '../challenges/open-challenge';
import { countMails, wakeDelivery, recordMail } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import type { StoredPassword } from '../passwords/passwords';
import { answerEvenly } from './answer-evenly';
import { createAccount } from './create-account';
import { holdAccount } from './hold-account';
import type { HeldAccount } from './sign-in';

type Endpoint = typeof accounts.register;

const hourSeconds = 3600;

/** Tells the owner of a verified address that somebody tried to register it. */
const warnOwner = async (tables: AuthTables, user: { id: string; email: string }, mailsPerHour: number): Promise<string | undefined> => {
  if (await countMails(tables, user.id, 'addressInUse', hourSeconds) >= mailsPerHour) return undefined;
  return recordMail(tables, { userId: user.id, address: user.email, kind: 'addressInUse' });
};

/** One that is deleted before it is held leaves the address free. */
const holdNewOrKnown = async (tables: AuthTables, email: string, password: StoredPassword): Promise<HeldAccount> => {
  for (;;) {
    const { userId } = await createAccount(tables, email, password);
    const user = await holdAccount(tables, userId);
    if (user !== null) return user;
  }
};

/**
 * A new address gets an account; one that nobody verified yet gets this password and a new code, or keeps its own where no more codes are mailed; a verified one is left alone,
 * and a disabled one is not even told.
 * Where the password is another than before, a link cannot tell any more whose counts (docs/adr/0028).
 * @returns the mail to send
 */
const admit = async (
  { codesPerHour }: Pick<AuthDependencies, 'codesPerHour'>, tables: AuthTables, origin: AuditedCall, email: string, password: StoredPassword, challengeId: string,
): Promise<string | undefined> => {
  const user = await holdNewOrKnown(tables, email, password);
  if (user.disabledAt !== null) return undefined;
  if (user.isVerified) return warnOwner(tables, user, codesPerHour);
  const mailId = await openChallenge(tables, { id: challengeId, user, purpose: 'verify', codesPerHour });
  if (password.passwordHash !== user.passwordHash) {
    // Where no mail goes for it, the mail that is out belongs to the password that stands there; its link tells as little whose counts.
    await tables.user.update({ where: { id: user.id }, data: { ...(mailId === undefined ? {} : password), isPasswordDisputed: true } });
  }
  if (mailId !== undefined) await recordAudit(tables, origin, { action: 'account.registered', subjectId: user.id });
  return mailId;
};

/**
 * Registers an address. The reply is the same, in body and in time, whether the address is new, known or verified; the mail tells its owner.
 * @throws Refusal PASSWORD_TOO_COMMON, BUSY
 */
export const register = (dependencies: AuthDependencies) => async ({ body, ...origin }: Call<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  await dependencies.checkNewPassword(body.password, body.email);
  const known = await dependencies.database.tables.user.findUnique({ where: { email: body.email }, select: { passwordHash: true, pepperId: true } });
  const password = await dependencies.passwords.hash(body.password, known ?? undefined);
  const challengeId = newId();
  await answerEvenly(async () => {
    const mailId = await dependencies.database.transaction((tables) => admit(dependencies, tables, origin, body.email, password, challengeId));
    wakeDelivery(dependencies, mailId);
  });
  return { data: { email: body.email, token: signHandle(dependencies.signer, 'verify', challengeId, body.email) } };
};
