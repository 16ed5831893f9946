import { newId } from '@chat-backend/database';
import type { AuthTables } from '../db';
import type { StoredPassword } from '../passwords/passwords';

/** Creates the account unless the address has one; of two that come at once, one creates it. */
export const createAccount = async (tables: AuthTables, email: string, password: StoredPassword): Promise<{ userId: string; isNew: boolean }> => {
  for (;;) {
    const id = newId();
    const { count } = await tables.user.createMany({ data: { id, email, ...password }, skipDuplicates: true });
    if (count === 1) return { userId: id, isNew: true };
    const known = await tables.user.findUnique({ where: { email }, select: { id: true } });
    if (known !== null) return { userId: known.id, isNew: false };
    // It was deleted in between: the address is free.
  }
};
