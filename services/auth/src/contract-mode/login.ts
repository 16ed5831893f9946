import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import type { Call } from '@chat-backend/service-kit';
import { signIn } from '../accounts/sign-in';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthDependencies } from '../dependencies';
import { announceEnd } from '../sessions/end-sessions';
import { openChallengeAndSession } from './open-challenge-and-session';

type Endpoint = typeof accounts.login;

/** As documented: a session and a new code each time, verified or not. @throws Refusal WRONG_CREDENTIALS, ACCOUNT_DISABLED, BUSY */
export const loginInContractMode = (dependencies: AuthDependencies) => async ({ body, ...origin }: Call<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { account, opened } = await signIn(dependencies, body.email, body.password, async (tables, account) => ({
    account, opened: await openChallengeAndSession(dependencies, tables, origin, account, account.isVerified ? 'mfa' : 'verify'),
  }));
  wakeDelivery(dependencies, opened.mailId);
  announceEnd(dependencies, opened.ended);
  const { id, email, isVerified, isTwoFactorEnabled } = account;
  return { data: { id, email, ...opened.tokens, otp: opened.otp, isVerifyed: isVerified, isTwoFactorEnabled } };
};
