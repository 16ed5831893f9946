import { noticeKinds, type MailKind } from '../challenges/link-token';
import type { MailWithChallenge } from './mail-row';

/** A notice without a code says nothing useful after a day. */
const noticeLivesMs = 24 * 60 * 60 * 1000;

/** It carries neither code nor link, so nothing in it is over within minutes. */
export const isNotice = (kind: MailKind): boolean => (noticeKinds as readonly MailKind[]).includes(kind);

/** Why a mail may not be sent any more: its receiver could do nothing with it. Absent: it may. */
export const undeliverableReason = ({ kind, challenge, challengeTurn, createdAt, user }: MailWithChallenge, now: Date): string | undefined => {
  if (user.disabledAt !== null) return 'its account is disabled';
  if (challenge === null) {
    if (!isNotice(kind)) return 'its challenge is gone';
    return now.getTime() - createdAt.getTime() > noticeLivesMs ? 'it waited for more than a day' : undefined;
  }
  if (challenge.closedAt !== null) return 'its challenge was used or replaced';
  if (challenge.expiresAt <= now) return 'its challenge expired';
  if (challenge.turn !== challengeTurn) return 'a newer code was asked for';
  return undefined;
};
