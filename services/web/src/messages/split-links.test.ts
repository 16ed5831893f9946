import { splitLinks } from './split-links';

describe('the links of a text', () => {
  it.each([
    ['see https://a.example/x?y=1, it is good.', ['https://a.example/x?y=1']],
    ['(https://a.example/b) and https://en.example/wiki/A_(b)', ['https://a.example/b', 'https://en.example/wiki/A_(b)']],
    ['http://a.example!', ['http://a.example/']],
    ['javascript:alert(1) data:text/html,x file:///etc ftp://a.example //a.example', []],
    ['https://', []],
  ])('%s', (text, links) => {
    const parts = splitLinks(text);
    expect(parts.flatMap(({ href }) => href ?? [])).toEqual(links);
    expect(parts.map((part) => part.text).join('')).toBe(text);
  });
});
