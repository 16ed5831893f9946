import { randomBytes, randomUUID } from 'node:crypto';
import { deriveCode, isCodeOf } from './derive-code';

describe('a code', () => {
  const [key, other] = [randomBytes(32), randomBytes(32)];
  const challenge = randomUUID();

  it('is six digits, the same for the same turn, and another for another turn, challenge or key', () => {
    const code = deriveCode(key, challenge, 1);
    expect(code).toMatch(/^\d{6}$/);
    expect(deriveCode(key, challenge, 1)).toBe(code);
    const others = [deriveCode(key, challenge, 2), deriveCode(key, randomUUID(), 1), deriveCode(other, challenge, 1)];
    expect(new Set([code, ...others]).size).toBeGreaterThan(2);
  });

  it('is spread evenly, zeros in front included', () => {
    const firstDigits = Array.from({ length: 10 }, () => 0);
    for (let turn = 0; turn < 20_000; turn++) {
      const digit = Number(deriveCode(key, challenge, turn)[0]);
      firstDigits[digit] = (firstDigits[digit] ?? 0) + 1;
    }
    // Two thousand each; six standard deviations are 255.
    for (const count of firstDigits) expect(Math.abs(count - 2_000)).toBeLessThan(255);
  });

  it('is taken under the key before the current one, and is compared whole', () => {
    const code = deriveCode(other, challenge, 3);
    expect(isCodeOf([key, other], challenge, 3, code)).toBe(true);
    expect(isCodeOf([other], challenge, 4, code)).toBe(deriveCode(other, challenge, 4) === code);
    expect(isCodeOf([other], challenge, 3, code.slice(0, 5))).toBe(false);
    expect(isCodeOf([other], challenge, 3, `${code}0`)).toBe(false);
  });
});
