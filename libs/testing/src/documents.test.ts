import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the documents', () => {
  it.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/adr/README.md'])('%s names files that are there', (file) => {
    const links = [...read(file).matchAll(/\]\(([^)#:]+)\)/g)].map((match) => join(dirname(file), match[1] ?? ''));
    const paths = [...read(file).matchAll(/`((?:libs|services|prisma|scripts|docs)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
    expect([...links, ...paths].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('docs/adr/README.md lists every decision', () => {
    const decisions = readdirSync(join(root, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
    expect(decisions.filter((name) => !read('docs/adr/README.md').includes(name))).toEqual([]);
  });
});
