import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

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

describe('docs/security.md', () => {
  const page = read('docs/security.md');
  const sources = ['libs', 'services'].flatMap((folder) => readdirSync(join(root, folder)).map((project) => `${folder}/${project}/src`)).filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))).filter((file) => file.endsWith('.ts'));

  /** Files with their place, and tests by the name of their file and their own: `file.ts`: *name*, *name*. */
  const files = [...page.matchAll(/`((?:libs|services|prisma|scripts|docs)\/[\w./-]+)`/g)].map(([, file = '']) => ({ named: file, isThere: existsSync(join(root, file)) }));
  const tests = [...page.matchAll(/`([\w.-]+\.ts)`: (\*[^*|]+\*(?:, \*[^*|]+\*)*)/g)].flatMap(([, file = '', names = '']) => {
    const texts = sources.filter((source) => basename(source) === file).map(read);
    return [...names.matchAll(/\*([^*]+)\*/g)].map(([, name = '']) => ({ named: `${file}: ${name}`, isThere: texts.some((text) => text.includes(`'${name}'`) || text.includes(`\`${name}\``)) }));
  });
  const chain = [...(page.split('## What comes from elsewhere')[1] ?? '').matchAll(/\*((?:is|has|runs|stands) [^*|]+)\*/g)]
    .map(([, name = '']) => ({ named: name, isThere: read('libs/testing/src/supply-chain.test.ts').includes(name) }));
  const links = [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => ({ named: link, isThere: existsSync(join(root, 'docs', link)) }));
  const references = [...files, ...tests, ...chain, ...links];

  it('names files and tests that are there', () => {
    expect([files.length > 40, tests.length > 70, chain.length > 7]).toEqual([true, true, true]);
    expect(references.filter(({ isThere }) => !isThere).map(({ named }) => named)).toEqual([]);
  });

  it('says in one place what is not met, by each number that says so', () => {
    const [before = '', summary = ''] = page.split('## What is not met, in one place');
    const numbers = before.split('\n').filter((line) => /^\| \d/.test(line) && /\*\*not met\*\*/i.test(line)).flatMap((line) => /^\| (\d+\.\d+\.\d+)/.exec(line)?.[1] ?? []);
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers.filter((number) => !summary.includes(`(${number})`))).toEqual([]);
  });
});
