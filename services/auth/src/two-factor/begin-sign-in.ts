import type { TwoFactorMethod } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import type { HeldAccount } from '../accounts/sign-in';
import { signHandle } from '../challenges/handles';
import { openChallenge, writeChallenge } from '../challenges/open-challenge';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { isKnownNetwork, recogniseNetwork } from './bound-guesses';
import { twoFactorOf } from './two-factor-of';

/** The password was right; what is asked for beside it. */
export type BegunSignIn = { mailId: string | undefined } & ({ tokens: { token: string; twoFactorMethod: TwoFactorMethod } } | { refusal: Refusal });

const codeRetrySeconds = 600;

/**
 * Opens the challenge of a sign-in with two-factor: its handle is the token of the login. Each network has its newest one, so that who knows the
 * password and begins one sign-in after the other does not end the one that the owner is about to confirm elsewhere. The caller holds the account.
 */
export const beginSignIn = async (
  { signer, codesPerHour, networkKeys }: AuthDependencies, tables: AuthTables, user: HeldAccount, address: string,
): Promise<BegunSignIn> => {
  const challenge = { id: newId(), user, purpose: 'mfa', network: await recogniseNetwork(tables, networkKeys, user.id, address) } as const;
  const tokens = (twoFactorMethod: TwoFactorMethod) => ({ token: signHandle(signer, 'mfa', challenge.id, user.email), twoFactorMethod });
  if (await twoFactorOf(tables, user) === 'totp') {
    await writeChallenge(tables, challenge);
    return { mailId: undefined, tokens: tokens('totp') };
  }
  const isKnown = await isKnownNetwork({ tables, userId: user.id, network: challenge.network });
  const mailId = await openChallenge(tables, { ...challenge, codesPerHour }, isKnown ? challenge.network : undefined);
  if (mailId === undefined) return { mailId, refusal: new Refusal('RATE_LIMITED', { retryAfterSeconds: codeRetrySeconds, accountId: user.id }) };
  return { mailId, tokens: tokens('mail') };
};
