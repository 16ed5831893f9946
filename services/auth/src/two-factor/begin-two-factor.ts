import type { AnswerOf, RequestOf, twoFactor } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { checkCurrentPassword } from '../accounts/check-current-password';
import { holdAccount } from '../accounts/hold-account';
import type { HeldAccount } from '../accounts/sign-in';
import { writeChallenge } from '../challenges/open-challenge';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import { mailTwoFactorCode } from './mail-two-factor-code';
import { inBase32, newTotpSecret, totpUri } from './totp';

type Endpoint = typeof twoFactor.beginTwoFactor;
interface Begun { answer: AnswerOf<Endpoint>; mailId: string | undefined }

const beginByMail = async (dependencies: AuthDependencies, tables: AuthTables, user: HeldAccount): Promise<Begun> => {
  await tables.totpSecret.deleteMany({ where: { userId: user.id } });
  const { mailId, otp } = await mailTwoFactorCode(dependencies, tables, user);
  return { mailId, answer: { data: { method: 'mail', ...otp } } };
};

/** The secret waits for its first code as long as the challenge is open. */
const beginWithApp = async ({ seal, issuer }: AuthDependencies, tables: AuthTables, user: HeldAccount): Promise<Begun> => {
  const secret = newTotpSecret();
  await writeChallenge(tables, { id: newId(), user, purpose: 'twoFactor' });
  await tables.totpSecret.deleteMany({ where: { userId: user.id } });
  await tables.totpSecret.create({ data: { userId: user.id, ...seal.seal(secret, user.id) } });
  return { mailId: undefined, answer: { data: { method: 'totp', secret: inBase32(secret), uri: totpUri(secret, { issuer, label: user.email }) } } };
};

/**
 * Begins to switch two-factor on; nothing changes before a code is confirmed. It takes the password: with an access token alone, whoever
 * came by it could shut the owner out with an app of their own.
 * @throws Refusal SESSION_REVOKED, WRONG_CREDENTIALS, TWO_FACTOR_ALREADY_ON, RATE_LIMITED, BUSY
 */
export const beginTwoFactor = (dependencies: AuthDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database } = dependencies;
  await requireSession(database, caller);
  const { passwordHash } = await checkCurrentPassword(dependencies, caller.userId, body.currentPassword);
  const { answer, mailId } = await database.transaction(async (tables) => {
    const user = await holdAccount(tables, caller.userId);
    if (user?.passwordHash !== passwordHash) throw new Refusal('WRONG_CREDENTIALS');
    if (user.isTwoFactorEnabled) throw new Refusal('TWO_FACTOR_ALREADY_ON');
    return (body.method === 'totp' ? beginWithApp : beginByMail)(dependencies, tables, user);
  });
  wakeDelivery(dependencies, mailId);
  return answer;
};
