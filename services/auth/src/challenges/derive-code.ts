import { createHmac, timingSafeEqual } from 'node:crypto';

const codes = 1_000_000;
/** The largest multiple of `codes` that four bytes hold: numbers from there on would favour the low codes. */
const fairBelow = Math.floor(2 ** 32 / codes) * codes;
const bytesPerDraw = 4;

/**
 * The six digits of a challenge's turn: a keyed hash of both, so that they are stored nowhere and a mail that is sent again holds the same.
 * Every code is equally likely.
 */
export const deriveCode = (key: Buffer, challengeId: string, turn: number): string => {
  for (let round = 0; ; round++) {
    const digest = createHmac('sha256', key).update(`${challengeId}:${turn}:${round}`).digest();
    for (let offset = 0; offset < digest.length; offset += bytesPerDraw) {
      const drawn = digest.readUInt32BE(offset);
      if (drawn < fairBelow) return String(drawn % codes).padStart(6, '0');
    }
  }
};

/** Whether the digits are those of the turn, under the current key or the one before it. Takes equally long for every wrong code. */
export const isCodeOf = (keys: readonly Buffer[], challengeId: string, turn: number, given: string): boolean => {
  const matches = keys.map((key) => {
    const expected = Buffer.from(deriveCode(key, challengeId, turn));
    const offered = Buffer.from(given);
    return offered.length === expected.length && timingSafeEqual(offered, expected);
  });
  return matches.includes(true);
};
