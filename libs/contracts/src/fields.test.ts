import { email, id, isStorableText, messageText, name, newPassword, profileImage } from './fields';
import { sendMessage } from './socket-events';

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
  it.each([
    '', '   ', 'a\nb', 'a\u0007', 'a\u0085b', 'a\u2028b', '\u200b', '\u200d\ufeff\u2060', '\u3164', '\u115f\u00a0', '\u2800', '\u00ad', '\u{e0020}', 'ann\u202egnp.exe', '\u2067ann\u2069', 'a\u202ab\u202c',
  ])('refuses %j', (value) => { expect(name(64).safeParse(value).success).toBe(false); });
  it.each(['Ann', 'Ünï', '\u05d3\u05e0\u05d4 \u200f\u05db\u05d4\u05df', '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}', '\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}', 'a  b', '\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'])('takes %j as it is', (value) => {
    expect(name(64).parse(value)).toBe(value);
  });
});

describe('links', () => {
  const safe = ['https://example.com/a.png', 'HTTPS://example.com', 'https://a:b@example.com:1/x?y#z', 'new_image_url', 'profile_image_url', 'images/me.png', '/images/me.png', '?a:b', 'me.png#a:b', 'two words', ''];
  const unsafe = [
    'http://example.com', 'javascript:alert(1)', 'JavaScript:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', '\u0001javascript:alert(1)', '\tjav\tascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd',
    'blob:https://example.com/1', 'ftp://example.com', '//example.com/a.png', '\\\\example.com', '/\\example.com', '/\t/example.com', 'https:example.com', 'https:/example.com', 'https://', 'https:///example.com', 'https:\\\\example.com',
  ];
  it.each(safe)('%j is taken as it is', (value) => { expect(profileImage.parse(value)).toBe(value); });
  it.each(unsafe)('%j is refused', (value) => { expect(profileImage.safeParse(value).error?.issues).toMatchObject([{ message: 'must be an https: address, or a name without a scheme' }]); });

  const sent = (messageType: string, message: string) => sendMessage.safeParse({ to: '01890a5d-ac96-774b-bcce-b302099a8057', chatType: 'friend', messageType, message });
  it('are asked of images and videos alone', () => {
    for (const value of unsafe) {
      expect(sent('TEXT', value).success).toBe(true);
      for (const type of ['IMAGE', 'VIDEO']) expect(sent(type, value).error?.issues).toMatchObject([{ path: ['message'] }]);
    }
    expect(sent('IMAGE', 'message_content').success).toBe(true);
    expect(sent('VIDEO', 'https://example.com/a.mp4').success).toBe(true);
  });
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
