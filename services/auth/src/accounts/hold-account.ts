import type { AuthTables } from '../db';

/**
 * Holds the account until the transaction ends, and reads it afterwards. Whatever writes an account's password, challenges or sessions takes this
 * first: so nothing that an old password allowed is left after a change, one challenge of a purpose is the newest, and no two transactions wait for each other.
 */
export const holdAccount = async (tables: AuthTables, userId: string) => {
  await tables.$executeRaw`select from users where id = ${userId}::uuid for no key update`;
  return tables.user.findUnique({ where: { id: userId } });
};
