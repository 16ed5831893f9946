import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { openSecret } from './open-secret';
import { stepOfCode } from './totp';

/**
 * Takes a code of the user's authenticator app, once: those of its step of time and of earlier ones are taken no more. The caller holds the account.
 * @returns whether it was right, and new. Of a secret that cannot be read no code is: a recovery code is still taken
 */
export const useTotpCode = async (dependencies: Pick<AuthDependencies, 'seal' | 'logger'>, tables: AuthTables, userId: string, code: string): Promise<boolean> => {
  const stored = await tables.totpSecret.findUnique({ where: { userId } });
  if (stored === null) return false;
  const secret = openSecret(dependencies, stored);
  if (secret === undefined) return false;
  const step = stepOfCode(secret, code, Date.now());
  if (step === undefined || step <= stored.lastStep) return false;
  await tables.totpSecret.update({ where: { userId }, data: { lastStep: step } });
  return true;
};
