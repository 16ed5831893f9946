import { recordAudit, type AuditedCall } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import { createAccount } from '../accounts/create-account';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import type { Passwords } from '../passwords/passwords';
import type { Peppers } from '../passwords/peppers';

/** Validated by the contract's own fields. */
export interface NewUser {
  email: string;
  password: string;
  userName: string | undefined;
  /** The operator answers for the address: no code is mailed. */
  isVerified: boolean;
}

export interface CreateUserDependencies extends Pick<AuthDependencies, 'database' | 'checkNewPassword'> {
  passwords: Passwords;
  peppers: Peppers;
}

/** A hash under a pepper that the services do not have would be a password that never works. */
const requireSharedPepper = async (tables: AuthTables, { accepted }: Peppers): Promise<void> => {
  const [anybody, ofOurs] = await Promise.all([
    tables.user.findFirst({ select: { id: true } }),
    tables.user.findFirst({ where: { pepperId: { in: [...accepted.keys()] } }, select: { id: true } }),
  ]);
  if (anybody !== null && ofOurs === null) {
    throw new Error('The passwords in this database are keyed with another PASSWORD_PEPPER. Set the PASSWORD_PEPPER, or the DATA_DIR, of the services that use it.');
  }
};

/** @throws Refusal PASSWORD_TOO_COMMON, EMAIL_TAKEN */
export const createUser = ({ database, passwords, peppers, checkNewPassword }: CreateUserDependencies) =>
  async (origin: AuditedCall, { email, password, userName, isVerified }: NewUser): Promise<{ id: string }> => {
    await checkNewPassword(password, email);
    await requireSharedPepper(database.tables, peppers);
    const stored = await passwords.hash(password);
    return database.transaction(async (tables) => {
      const { userId, isNew } = await createAccount(tables, email, stored);
      if (!isNew) throw new Refusal('EMAIL_TAKEN');
      await tables.user.update({ where: { id: userId }, data: { isVerified, userName: userName ?? null } });
      await recordAudit(tables, origin, { action: 'account.created', subjectId: userId });
      return { id: userId };
    });
  };
