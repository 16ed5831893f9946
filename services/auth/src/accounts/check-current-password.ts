import { Refusal } from '@chat-backend/service-kit';
import type { AuthDependencies } from '../dependencies';
import type { StoredPassword } from '../passwords/passwords';

/**
 * Whether who is signed in knows the password, too.
 * @returns what is stored now, so that the change that follows can insist on it
 * @throws Refusal WRONG_CREDENTIALS, BUSY
 */
export const checkCurrentPassword = async (
  { database, passwords }: Pick<AuthDependencies, 'database' | 'passwords'>, userId: string, currentPassword: string,
): Promise<StoredPassword & { email: string }> => {
  const stored = await database.tables.user.findUnique({ where: { id: userId }, select: { email: true, passwordHash: true, pepperId: true } });
  const { matches } = await passwords.verify(currentPassword, stored ?? undefined);
  if (stored === null || !matches) throw new Refusal('WRONG_CREDENTIALS');
  return stored;
};
