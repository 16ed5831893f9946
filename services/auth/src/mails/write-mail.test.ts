import { writeMail } from './write-mail';

const kinds = ['verifyAddress', 'signInCode', 'resetPassword', 'addressInUse'] as const;
const link = 'https://chat.test/verify-email?token=a.b-c.d_e';
const publicUrl = 'https://chat.test';

describe('a mail', () => {
  it.each(kinds)('of %s says the same in text and HTML, and names what it opens only in its body', (kind) => {
    const { subject, text, html } = writeMail(kind, { code: '042137', link }, publicUrl);
    for (const part of [text, html]) {
      expect(part).toContain('042137');
      expect(part).toContain(link);
      expect(part).toContain(publicUrl);
    }
    expect(subject).toMatch(/^[A-Z][\w -]{5,60}$/);
    expect(subject).not.toMatch(/\d/);
  });

  it.each(kinds)('of %s loads nothing and tells nobody that it was read', (kind) => {
    const { html } = writeMail(kind, { code: '042137', link }, publicUrl);
    expect(html).not.toMatch(/<(?:img|script|link|iframe|form|object|video|audio)\b|\bsrc=|url\(|@import/i);
    expect([...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1])).toEqual([link]);
  });

  it.each(kinds)('of %s is text wherever something is put into it', (kind) => {
    const hostile = `"><script>alert('1')</script>&`;
    const { html } = writeMail(kind, { code: hostile, link: hostile }, hostile);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('alert(\'');
    expect(html).toContain('&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;');
  });

  it.each([[600, '10 minutes'], [571, '10 minutes'], [95, '2 minutes'], [60, 'one minute'], [20, 'less than a minute']])('with a code that has %i s left says %s', (secondsLeft, words) => {
    const { text, html } = writeMail('verifyAddress', { code: '042137', link, secondsLeft }, publicUrl);
    for (const part of [text, html]) expect(part).toContain(`It is good for ${words} and for one use.`);
  });

  it('without code and link shows neither', () => {
    const { text, html } = writeMail('addressInUse', {}, publicUrl);
    for (const part of [text, html]) expect(part).not.toMatch(/code|minute|href/i);
  });
});
