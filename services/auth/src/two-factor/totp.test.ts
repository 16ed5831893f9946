import { Secret, TOTP } from 'otpauth';
import { inBase32, newTotpSecret, stepOfCode, totpUri } from './totp';

describe('codes of an authenticator app', () => {
  const secret = new Uint8Array(Buffer.from('12345678901234567890'));

  it.each([[59, 1, '287082'], [1_111_111_109, 37_037_036, '081804'], [1_234_567_890, 41_152_263, '005924'], [20_000_000_000, 666_666_666, '353130']])(
    'at second %i are those of RFC 6238', (second, step, code) => { expect(stepOfCode(secret, code, second * 1000)).toBe(step); });

  it('are taken one step before and after, and no further', () => {
    const at = 1_700_000_000_000;
    const now = TOTP.counter({ timestamp: at });
    const codeOf = (step: number) => TOTP.generate({ secret: new Secret({ buffer: secret.buffer }), timestamp: step * 30_000 });
    expect([-2, -1, 0, 1, 2].map((offset) => stepOfCode(secret, codeOf(now + offset), at))).toEqual([undefined, now - 1, now, now + 1, undefined]);
  });

  it('are six digits and nothing else', () => {
    for (const code of ['', '28708', '2870822', '287O82']) expect(stepOfCode(secret, code, 59_000)).toBeUndefined();
  });
});

describe('the secret of an app', () => {
  it('has 160 bits, and says the same in the address as for typing', () => {
    const secret = newTotpSecret();
    expect(secret).toHaveLength(20);
    const uri = new URL(totpUri(secret, { issuer: 'chat.example', label: 'a+b&c@example.com' }));
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual(['otpauth:', 'totp', '/chat.example:a+b&c@example.com']);
    expect(Object.fromEntries(uri.searchParams)).toEqual({ issuer: 'chat.example', secret: inBase32(secret), algorithm: 'SHA1', digits: '6', period: '30' });
    expect(inBase32(secret)).toMatch(/^[A-Z2-7]{32}$/);
  });
});
