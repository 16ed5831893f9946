import { email, id, isStorableText, messageText, name, newPassword } from './fields';

describe('text', () => {
  it.each([['NUL', 'a\u0000b'], ['a lone high surrogate', 'a\ud800'], ['a lone low surrogate', '\udc00b']])('refuses %s', (_what, value) => {
    expect(isStorableText(value)).toBe(false);
    expect(messageText.safeParse(value).success).toBe(false);
  });
  it('keeps every other text as it is', () => {
    const value = ' é✓😀\n\ttext ';
    expect(messageText.parse(value)).toBe(value);
  });
  it('is bounded', () => {
    expect(messageText.safeParse('x'.repeat(8192)).success).toBe(true);
    expect(messageText.safeParse('x'.repeat(8193)).success).toBe(false);
    expect(newPassword.safeParse('x'.repeat(7)).success).toBe(false);
    expect(newPassword.safeParse('x'.repeat(129)).success).toBe(false);
  });
});

describe('names', () => {
  it.each(['', '   ', 'a\nb', 'a\u0007'])('refuses %j', (value) => { expect(name(64).safeParse(value).success).toBe(false); });
});

describe('addresses and ids', () => {
  it('are lower-case', () => {
    expect(email.parse(' User@Example.COM ')).toBe('user@example.com');
    expect(id.parse('01890A5D-AC96-774B-BCCE-B302099A8057')).toBe('01890a5d-ac96-774b-bcce-b302099a8057');
  });
  it.each(['user', 'user@', '@example.com', 'a b@example.com', `${'a'.repeat(250)}@example.com`])('refuses the address %s', (value) => {
    expect(email.safeParse(value).success).toBe(false);
  });
});
