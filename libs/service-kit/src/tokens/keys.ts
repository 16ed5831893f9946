import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** Keys for one use each, derived from SECRET_KEY, so that what is made for one use is worth nothing in another. */
export interface Keys {
  /** Signs and verifies access tokens and handles: current first, then the one before a rotation. */
  tokens: [KeyObject, ...KeyObject[]];
  /** Authenticates calls between services: current first. */
  internal: [Buffer, ...Buffer[]];
  /** Derives one-time codes: current first. */
  codes: [Buffer, ...Buffer[]];
  /** Encrypts the secrets of authenticator apps: current first. */
  totpSecrets: [Buffer, ...Buffer[]];
  /** Hide the addresses from where codes are given: current first. */
  networks: [Buffer, ...Buffer[]];
  /** Hides email addresses in the audit log. */
  audit: Buffer;
}

const derive = (secret: string, use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, 'chat-backend', use, 32));

export const deriveKeys = (secretKey: string, previousSecretKey?: string): Keys => {
  const forUse = (use: string): [Buffer, ...Buffer[]] => [
    derive(secretKey, use),
    ...(previousSecretKey === undefined ? [] : [derive(previousSecretKey, use)]),
  ];
  const [current, ...previous] = forUse('tokens');
  return {
    tokens: [createSecretKey(current), ...previous.map((key) => createSecretKey(key))],
    internal: forUse('internal'),
    codes: forUse('codes'),
    totpSecrets: forUse('totp secrets'),
    networks: forUse('networks'),
    audit: derive(secretKey, 'audit'),
  };
};
