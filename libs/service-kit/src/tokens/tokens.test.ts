import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { deriveKeys } from './keys';
import { createTokenSigner, createTokenVerifier } from './tokens';

const current = deriveKeys('the current secret key of 32 bytes or more');
const previous = deriveKeys('the previous secret key of 32 bytes or more');
const claims = { userId: 'u', sessionId: 's', purpose: 'access', livesSeconds: 60 } as const;
const codeOf = (act: () => unknown): string => {
  try { act(); } catch (error) { return (error as { code: string }).code; }
  return 'accepted';
};

describe('tokens', () => {
  const verifier = createTokenVerifier(current.tokens);
  const token = createTokenSigner(current.tokens[0]).sign(claims);

  it('say who calls', () => {
    expect(verifier.verify(token)).toMatchObject({ userId: 'u', sessionId: 's', purpose: 'access' });
  });

  it('of the key before a rotation are still accepted, and only while it is named', () => {
    const old = createTokenSigner(previous.tokens[0]).sign(claims);
    expect(codeOf(() => verifier.verify(old))).toBe('TOKEN_INVALID');
    const rotating = createTokenVerifier(deriveKeys('the current secret key of 32 bytes or more', 'the previous secret key of 32 bytes or more').tokens);
    expect(rotating.verify(old).userId).toBe('u');
  });

  it('of the key to come are accepted where it is named beside the current one', () => {
    const [before, next] = ['the current secret key of 32 bytes or more', 'the next secret key of 32 bytes or more'];
    const ahead = createTokenSigner(deriveKeys(next, before).tokens[0]).sign(claims);
    expect(createTokenVerifier(deriveKeys(before, next).tokens).verify(ahead).userId).toBe('u');
  });

  it('expire, also once they were verified and remembered', () => {
    jest.useFakeTimers({ now: Date.now() });
    try {
      const short = createTokenSigner(current.tokens[0]).sign({ ...claims, livesSeconds: 5 });
      expect(verifier.verify(short).userId).toBe('u');
      jest.advanceTimersByTime(6_000);
      expect(codeOf(() => verifier.verify(short))).toBe('TOKEN_EXPIRED');
    } finally {
      jest.useRealTimers();
    }
  });

  const forged = { sub: 'u', sid: 's', purpose: 'access' };
  const named = { issuer: 'chat-backend', audience: 'chat-backend', expiresIn: 60 };
  it.each([
    ['without a signature', jwt.sign(forged, '', { ...named, algorithm: 'none' })],
    ['with another algorithm', jwt.sign(forged, createSecretKey(Buffer.alloc(64, 1)), { ...named, algorithm: 'HS512' })],
    ['of another issuer', jwt.sign(forged, current.tokens[0], { ...named, issuer: 'another' })],
    ['for another audience', jwt.sign(forged, current.tokens[0], { ...named, audience: 'another' })],
    ['of an unknown purpose', jwt.sign({ ...forged, purpose: 'admin' }, current.tokens[0], named)],
    ['without a user', jwt.sign({ sid: 's', purpose: 'access' }, current.tokens[0], named)],
    ['without an end that a clock reaches', jwt.sign(JSON.stringify({ ...forged, iss: 'chat-backend', aud: 'chat-backend', exp: 9 }).replace('9', '1e999'), current.tokens[0])],
    ['signed with the internal key', jwt.sign(forged, createSecretKey(current.internal[0]), named)],
    ['with a changed letter', `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`],
    ['that are not tokens', 'abc'],
  ])('%s are refused', (_what, attack) => {
    expect(codeOf(() => verifier.verify(attack))).toBe('TOKEN_INVALID');
  });
});
