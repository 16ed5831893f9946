import { recordAudit, type AuditedCall } from '@chat-backend/database';
import type { HeldAccount } from '../accounts/sign-in';
import { recordMail } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import { endSessionsOfUser, type Ended } from '../sessions/end-sessions';

export interface SettledSwitch { mailId: string; ended: Ended }

/** Challenges that were opened for it, or under what held before. */
const affected = ['mfa', 'twoFactor'] as const;

/**
 * What follows when two-factor is switched: sign-ins and codes that wait are void, the other sessions end, as they began under what held before,
 * and a mail tells the owner. The last step of a transaction that holds the account.
 */
export const settleSwitch = async (
  tables: AuthTables, origin: AuditedCall, user: HeldAccount, sessionId: string, kind: 'twoFactorOn' | 'twoFactorOff',
): Promise<SettledSwitch> => {
  await tables.challenge.updateMany({ where: { userId: user.id, purpose: { in: [...affected] }, closedAt: null }, data: { closedAt: new Date() } });
  const mailId = await recordMail(tables, { userId: user.id, address: user.email, kind });
  await recordAudit(tables, origin, { action: kind === 'twoFactorOn' ? 'two-factor.enabled' : 'two-factor.disabled', userId: user.id });
  return { mailId, ended: await endSessionsOfUser(tables, origin, user.id, { exceptSessionId: sessionId }) };
};
