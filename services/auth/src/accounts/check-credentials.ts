import { Refusal } from '@chat-backend/service-kit';
import type { AuthDependencies } from '../dependencies';
import type { StoredPassword } from '../passwords/passwords';

export interface CheckedAccount extends StoredPassword { id: string }

type Dependencies = Pick<AuthDependencies, 'database' | 'passwords' | 'logger'>;

/** Moves the hash to the pepper and cost of today. Who signs in does not depend on it. */
const rehash = async ({ database, passwords, logger }: Dependencies, account: CheckedAccount, password: string): Promise<CheckedAccount> => {
  try {
    const renewed = await passwords.hash(password);
    const { count } = await database.tables.user.updateMany({ where: { id: account.id, passwordHash: account.passwordHash }, data: renewed });
    return count === 1 ? { ...account, ...renewed } : account;
  } catch (error) {
    logger.warn({ err: error, userId: account.id }, 'a password hash was not renewed; the next sign-in will');
    return account;
  }
};

/**
 * Takes equally long whether the address or the password is wrong.
 * @returns the account with the hash that it has now
 * @throws Refusal WRONG_CREDENTIALS, BUSY
 */
export const checkCredentials = async (dependencies: Dependencies, email: string, password: string): Promise<CheckedAccount> => {
  const { database, passwords } = dependencies;
  const account = await database.tables.user.findUnique({ where: { email }, select: { id: true, passwordHash: true, pepperId: true } });
  const { matches, outdated } = await passwords.verify(password, account ?? undefined);
  if (account === null || !matches) throw new Refusal('WRONG_CREDENTIALS', { accountId: account?.id });
  return outdated ? rehash(dependencies, account, password) : account;
};
