import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { newId, type AuditedCall } from '@chat-backend/database';
import { Refusal, type Call } from '@chat-backend/service-kit';
import { openChallenge } from '../challenges/open-challenge';
import { renewChallenge } from '../challenges/renew-challenge';
import { countMails, wakeDelivery } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { announceEnd, nothingEnded, type Ended } from '../sessions/end-sessions';
import { startSession } from '../sessions/start-session';
import { beginSignIn } from '../two-factor/begin-sign-in';
import { signIn, type HeldAccount } from './sign-in';

type Endpoint = typeof accounts.login;
type Tokens = Pick<AnswerOf<Endpoint>['data'], 'token' | 'refreshToken' | 'expiresIn' | 'twoFactorMethod'>;

/** What becomes of a right password. */
type Outcome = { account: HeldAccount; mailId: string | undefined } & ({ tokens: Tokens; ended?: Ended } | { refusal: Refusal });

const reminderSeconds = 60;

/** Mails a code again, at most once a minute; the handle from the registration stays good. */
const remindToVerify = async (tables: AuthTables, user: HeldAccount, codesPerHour: number): Promise<string | undefined> => {
  if (await countMails(tables, user.id, 'verifyAddress', reminderSeconds) > 0) return undefined;
  const open = await tables.challenge.findFirst({ where: { userId: user.id, purpose: 'verify', closedAt: null, expiresAt: { gt: new Date() } } });
  if (open === null) return openChallenge(tables, { id: newId(), user, purpose: 'verify', codesPerHour });
  return (await renewChallenge(tables, open, user, codesPerHour))?.mailId;
};

/** Who asks, as far as it is known. */
type From = AuditedCall & Pick<Call<unknown>, 'address' | 'userAgent'>;

const decide = async (dependencies: AuthDependencies, tables: AuthTables, account: HeldAccount, from: From): Promise<Outcome> => {
  if (!account.isVerified) {
    return { account, mailId: await remindToVerify(tables, account, dependencies.codesPerHour), refusal: new Refusal('EMAIL_NOT_VERIFIED', { accountId: account.id }) };
  }
  if (!account.isTwoFactorEnabled) {
    return { account, mailId: undefined, ...await startSession(dependencies, tables, from, { account, userAgent: from.userAgent }) };
  }
  return { account, ...await beginSignIn(dependencies, tables, account, from.address) };
};

/**
 * Signs a user in. With two-factor on, the token is a handle that `/verify-user` turns into a session, together with a code from the mail or the authenticator app, or a recovery code.
 * @throws Refusal WRONG_CREDENTIALS, ACCOUNT_DISABLED, EMAIL_NOT_VERIFIED, RATE_LIMITED, BUSY
 */
export const login = (dependencies: AuthDependencies) => async ({ body, ...from }: Call<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const outcome = await signIn(dependencies, body.email, body.password, (tables, account) => decide(dependencies, tables, account, from));
  const { account, mailId } = outcome;
  wakeDelivery(dependencies, mailId);
  if ('refusal' in outcome) throw outcome.refusal;
  announceEnd(dependencies, outcome.ended ?? nothingEnded);
  const { id, email, isVerified, isTwoFactorEnabled } = account;
  return { data: { id, email, isVerifyed: isVerified, isTwoFactorEnabled, ...outcome.tokens } };
};
