import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { stepOfCode } from './totp';

/**
 * Takes a code of the user's authenticator app, once: those of its step of time and of earlier ones are taken no more. The caller holds the account.
 * @returns whether it was right, and new
 */
export const useTotpCode = async ({ seal, logger }: Pick<AuthDependencies, 'seal' | 'logger'>, tables: AuthTables, userId: string, code: string): Promise<boolean> => {
  const stored = await tables.totpSecret.findUnique({ where: { userId } });
  if (stored === null) return false;
  const secret = seal.open(stored, userId);
  if (secret === undefined) {
    logger.error({ userId, keyId: stored.keyId }, 'a secret is encrypted with a key that is not configured; set SECRET_KEY_PREVIOUS to it');
    return false;
  }
  const step = stepOfCode(secret, code, Date.now());
  if (step === undefined || step <= stored.lastStep) return false;
  await tables.totpSecret.update({ where: { userId }, data: { lastStep: step } });
  return true;
};
