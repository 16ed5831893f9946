import type { AuthTables } from '../db';
import { noPasswordInPlaceOf } from '../passwords/passwords';
import type { HeldAccount } from './sign-in';

export interface Confirmation {
  /** Whether who confirms has also shown to be the one who registered the address last, and so knows its password. */
  byWhoRegistered: boolean;
}

/**
 * Takes the address for verified. A password that may be somebody else's is taken from the account (docs/adr/0028). The caller holds the account.
 * @returns whether the account is left without a password
 */
export const confirmAccount = async (tables: AuthTables, account: HeldAccount, { byWhoRegistered }: Confirmation): Promise<boolean> => {
  const losesPassword = account.isPasswordDisputed && !byWhoRegistered;
  await tables.user.update({
    where: { id: account.id }, data: { isVerified: true, isPasswordDisputed: false, ...(losesPassword ? noPasswordInPlaceOf(account) : {}) },
  });
  return losesPassword;
};
