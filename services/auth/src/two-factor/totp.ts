import { Secret, TOTP } from 'otpauth';

/** What every authenticator app takes: SHA-1, six digits, thirty seconds. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 };
/** 160 bits, as RFC 4226 asks for. */
const secretBytes = 20;
/** A clock may be one step ahead or behind. */
const window = 1;

export const newTotpSecret = (): Uint8Array<ArrayBuffer> => new Uint8Array(new Secret({ size: secretBytes }).bytes);

/** For people who type it. */
export const inBase32 = (secret: Uint8Array<ArrayBuffer>): string => new Secret({ buffer: secret.buffer }).base32;

/** For an app that reads it as a picture. */
export const totpUri = (secret: Uint8Array<ArrayBuffer>, { issuer, label }: { issuer: string; label: string }): string =>
  new TOTP({ ...parameters, issuer, label, secret: new Secret({ buffer: secret.buffer }) }).toString();

/** The step of time whose code it is, now or one step before or after; undefined: a wrong code. Compares in constant time. */
export const stepOfCode = (secret: Uint8Array<ArrayBuffer>, code: string, nowMs: number): number | undefined => {
  const delta = TOTP.validate({ ...parameters, secret: new Secret({ buffer: secret.buffer }), token: code, timestamp: nowMs, window });
  return delta === null ? undefined : TOTP.counter({ period: parameters.period, timestamp: nowMs }) + delta;
};
