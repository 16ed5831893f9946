import type { TokenSigner } from '@chat-backend/service-kit';
import { challengeSeconds, type HandlePurpose } from './handles';

/** Kinds that tell of something and carry neither code nor link. */
export const noticeKinds = ['addressInUse', 'twoFactorOn', 'twoFactorOff', 'recoveryCodeUsed', 'recoveryCodesRenewed', 'codesGuessed'] as const;
export type NoticeKind = (typeof noticeKinds)[number];
export type MailKind = 'verifyAddress' | 'signInCode' | 'resetPassword' | 'twoFactorCode' | NoticeKind;

/** What of a mail's row its link depends on. */
export interface LinkedMail { kind: MailKind; address: string; challengeId: string | null; challengeTurn: number | null }

interface LinkTarget { path: string; purpose: HandlePurpose }

/** A code for a sign-in, or for two-factor, has no link: whoever opened it would confirm where the mail is read, not where it is waited for. */
const targets: Partial<Record<MailKind, LinkTarget>> = {
  verifyAddress: { path: '/verify-email', purpose: 'verify' },
  resetPassword: { path: '/reset-password', purpose: 'reset' },
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
