import type { AuthDependencies } from '../dependencies';
import type { Sealed } from './seal';

/** The secret of a user's authenticator app; undefined, and the operator is told, where it cannot be read: nobody else's depends on that. */
export const openSecret = (
  { seal, logger }: Pick<AuthDependencies, 'seal' | 'logger'>, { userId, sealed, keyId }: Sealed & { userId: string },
): Uint8Array<ArrayBuffer> | undefined => {
  try {
    const secret = seal.open({ sealed, keyId }, userId);
    if (secret === undefined) logger.error({ userId, keyId }, 'a secret is encrypted with a key that is not configured; set SECRET_KEY_PREVIOUS to it');
    return secret;
  } catch (error) {
    logger.error({ err: error, userId, keyId }, 'a secret is damaged, or was sealed for another row; its owner signs in with a recovery code and switches two-factor on anew');
    return undefined;
  }
};
