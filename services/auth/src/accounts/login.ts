import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { newId, type AuditedCall } from '@chat-backend/database';
import { Refusal, type Call } from '@chat-backend/service-kit';
import { signHandle } from '../challenges/handles';
import { openChallenge } from '../challenges/open-challenge';
import { renewChallenge } from '../challenges/renew-challenge';
import { countMails, wakeDelivery } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { startSession } from '../sessions/start-session';
import { signIn, type HeldAccount } from './sign-in';

type Endpoint = typeof accounts.login;
type Tokens = Pick<AnswerOf<Endpoint>['data'], 'token' | 'refreshToken' | 'expiresIn'>;

/** What becomes of a right password. */
type Outcome = { account: HeldAccount; mailId: string | undefined } & ({ tokens: Tokens } | { refusal: Refusal });

const reminderSeconds = 60;
const codeRetrySeconds = 600;

/** Mails a code again, at most once a minute; the handle from the registration stays good. */
const remindToVerify = async (tables: AuthTables, user: HeldAccount, codesPerHour: number): Promise<string | undefined> => {
  if (await countMails(tables, user.id, 'verifyAddress', reminderSeconds) > 0) return undefined;
  const open = await tables.challenge.findFirst({ where: { userId: user.id, purpose: 'verify', closedAt: null, expiresAt: { gt: new Date() } } });
  if (open === null) return openChallenge(tables, { id: newId(), user, purpose: 'verify', codesPerHour });
  return (await renewChallenge(tables, open, user, codesPerHour))?.mailId;
};

const decide = async (dependencies: AuthDependencies, tables: AuthTables, origin: AuditedCall, account: HeldAccount): Promise<Outcome> => {
  const { codesPerHour, signer } = dependencies;
  if (!account.isVerified) {
    return { account, mailId: await remindToVerify(tables, account, codesPerHour), refusal: new Refusal('EMAIL_NOT_VERIFIED') };
  }
  if (!account.isTwoFactorEnabled) return { account, mailId: undefined, tokens: await startSession(dependencies, tables, origin, account.id) };
  const challengeId = newId();
  const mailId = await openChallenge(tables, { id: challengeId, user: account, purpose: 'mfa', codesPerHour });
  if (mailId === undefined) return { account, mailId, refusal: new Refusal('RATE_LIMITED', { retryAfterSeconds: codeRetrySeconds }) };
  return { account, mailId, tokens: { token: signHandle(signer, 'mfa', challengeId, account.email) } };
};

/**
 * Signs a user in. With two-factor on, the token is a handle that `/verify-user` turns into a session, together with the code from the mail.
 * @throws Refusal WRONG_CREDENTIALS, EMAIL_NOT_VERIFIED, RATE_LIMITED, BUSY
 */
export const login = (dependencies: AuthDependencies) => async ({ body, ...origin }: Call<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const outcome = await signIn(dependencies, body.email, body.password, (tables, account) => decide(dependencies, tables, origin, account));
  const { account, mailId } = outcome;
  wakeDelivery(dependencies, mailId);
  if ('refusal' in outcome) throw outcome.refusal;
  const { id, email, isVerified, isTwoFactorEnabled } = account;
  return { data: { id, email, isVerifyed: isVerified, isTwoFactorEnabled, ...outcome.tokens } };
};
