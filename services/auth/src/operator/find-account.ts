import { fields } from '@chat-backend/contracts';
import { Refusal } from '@chat-backend/service-kit';
import type { AuthTables } from '../db';

export interface FoundAccount { id: string; email: string }

/**
 * The account that an operator names by its id or its email address.
 * @throws Refusal USER_NOT_FOUND
 */
export const findAccount = async (tables: AuthTables, idOrEmail: string): Promise<FoundAccount> => {
  const id = fields.id.safeParse(idOrEmail);
  const found = await tables.user.findUnique({ where: id.success ? { id: id.data } : { email: idOrEmail.trim().toLowerCase() }, select: { id: true, email: true } });
  if (found === null) throw new Refusal('USER_NOT_FOUND');
  return found;
};
