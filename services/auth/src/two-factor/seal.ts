import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** A secret as it stands in its row. */
export interface Sealed { sealed: Uint8Array<ArrayBuffer>; keyId: string }

/** Encrypts what has to be read again, under a key that is used for nothing else. */
export interface Seal {
  /** The key that secrets are sealed with now. */
  currentKeyId: string;
  /** @param ownerId whose secret it is: in another's row it cannot be opened */
  seal(secret: Uint8Array, ownerId: string): Sealed;
  /** Undefined under a key that is not configured. @throws when it was sealed for somebody else, or changed */
  open(sealed: Sealed, ownerId: string): Uint8Array<ArrayBuffer> | undefined;
}

const idOf = (key: Buffer): string => createHash('sha256').update('sealing key id').update(key).digest('hex').slice(0, 16);

/** @param keys current first; what the others sealed is still opened */
export const createSeal = (keys: readonly [Buffer, ...Buffer[]]): Seal => {
  const [current] = keys;
  const currentKeyId = idOf(current);
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  return {
    currentKeyId,
    seal(secret, ownerId) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, current, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(ownerId));
      const content = [cipher.update(secret), cipher.final()];
      return { sealed: new Uint8Array(Buffer.concat([nonce, ...content, cipher.getAuthTag()])), keyId: currentKeyId };
    },
    open({ sealed, keyId }, ownerId) {
      const key = byId.get(keyId);
      if (key === undefined) return undefined;
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes }).setAAD(Buffer.from(ownerId));
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]));
    },
  };
};
