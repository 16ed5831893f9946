import type { TokenSigner } from '@chat-backend/service-kit';
import { challengeSeconds, type HandlePurpose } from './handles';

export type MailKind = 'verifyAddress' | 'signInCode' | 'resetPassword' | 'addressInUse';

/** What of a mail's row its link depends on. */
export interface LinkedMail { kind: MailKind; address: string; challengeId: string | null; challengeTurn: number | null }

interface LinkTarget { path: string; purpose: HandlePurpose }

/** A code for a sign-in has no link: whoever opened it would be signed in where the mail is read, not where the sign-in waits. */
const targets: Record<MailKind, LinkTarget | undefined> = {
  verifyAddress: { path: '/verify-email', purpose: 'verify' },
  resetPassword: { path: '/reset-password', purpose: 'reset' },
  signInCode: undefined,
  addressInUse: undefined,
};

/**
 * The link of a mail, if its kind has one. Its token is a handle that also says which turn was mailed: who holds it has read
 * the mail, so no code is asked for, and a renewed challenge does not take it any more.
 */
export const createLinkFor = (signer: TokenSigner, publicUrl: string) => (mail: LinkedMail): string | undefined => {
  const target = targets[mail.kind];
  if (target === undefined || mail.challengeId === null || mail.challengeTurn === null) return undefined;
  const token = signer.sign({
    userId: mail.challengeId, sessionId: mail.challengeId, purpose: target.purpose, email: mail.address,
    mailedTurn: mail.challengeTurn, livesSeconds: challengeSeconds,
  });
  return `${publicUrl}${target.path}?token=${token}`;
};
