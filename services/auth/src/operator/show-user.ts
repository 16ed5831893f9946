import type { TwoFactorMethod } from '@chat-backend/contracts';
import { Refusal } from '@chat-backend/service-kit';
import type { AuthDatabase } from '../db';
import { twoFactorOf } from '../two-factor/two-factor-of';
import type { ListedUser } from './list-users';

export interface ShownUser extends ListedUser {
  about: string | null;
  age: number | null;
  twoFactorMethod: TwoFactorMethod | 'off';
  recoveryCodesLeft: number;
  sessions: number;
  mails: { waiting: number; failed: number };
}

/** What an operator may know of an account: no hash, no secret, no code. @throws Refusal USER_NOT_FOUND */
export const showUser = ({ tables }: AuthDatabase) => async (userId: string): Promise<ShownUser> => {
  const user = await tables.user.findUnique({
    where: { id: userId },
    select: { id: true, email: true, userName: true, about: true, age: true, isVerified: true, isTwoFactorEnabled: true, disabledAt: true, createdAt: true },
  });
  if (user === null) throw new Refusal('USER_NOT_FOUND');
  const [method, recoveryCodesLeft, sessions, waiting, failed] = await Promise.all([
    twoFactorOf(tables, user),
    tables.recoveryCode.count({ where: { userId, usedAt: null } }),
    tables.session.count({ where: { userId, revokedAt: null, expiresAt: { gt: new Date() } } }),
    tables.mail.count({ where: { userId, status: 'waiting' } }),
    tables.mail.count({ where: { userId, status: 'failed' } }),
  ]);
  return { ...user, twoFactorMethod: method ?? 'off', recoveryCodesLeft, sessions, mails: { waiting, failed } };
};
