import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copyProduct, type Patch } from './copy-product';

/** As much of a product as a copy needs. */
const makeProduct = (): string => {
  const product = mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'product-'));
  const files = {
    'index.js': '', 'package.json': '{}', 'scripts/cluster.mjs': '', 'prisma/schema.prisma': '', 'node_modules/express/index.js': 'a package', 'libs/one/package.json': '{"name":"@chat-backend/one"}',
    'libs/one/dist/index.js': 'if (guard) return; done();', 'services/two/package.json': '{"name":"@chat-backend/two"}', 'services/two/dist/index.js': 'again(); again();',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(product, name)), { recursive: true });
    writeFileSync(join(product, name), text);
  }
  return product;
};

describe('a copy of the product', () => {
  let product: string;
  beforeEach(() => { product = makeProduct(); });
  const copyWith = (...patches: Patch[]): string => copyProduct(product, join(product, 'copy'), patches);

  it('is changed where it is told, and the product is not', () => {
    const copy = copyWith({ name: 'guard off', file: 'libs/one/dist/index.js', find: 'if (guard) return;', replace: '' });
    expect(readFileSync(join(copy, 'libs/one/dist/index.js'), 'utf8')).toBe(' done();');
    expect(readFileSync(join(product, 'libs/one/dist/index.js'), 'utf8')).toBe('if (guard) return; done();');
  });

  it('finds its own parts under their names, and the packages where they are installed', () => {
    const copy = copyWith();
    expect(realpathSync(join(copy, 'node_modules/@chat-backend/one'))).toBe(realpathSync(join(copy, 'libs/one')));
    expect(realpathSync(join(copy, 'node_modules/express'))).toBe(realpathSync(join(product, 'node_modules/express')));
  });

  it.each([
    ['is not there', 'libs/one/dist/index.js', 'if (other)', 'fits 0 times'],
    ['is there twice', 'services/two/dist/index.js', 'again();', 'fits 2 times'],
  ])('is refused where what is to be replaced %s', (_what, file, find, words) => {
    expect(() => copyWith({ name: 'a patch', file, find, replace: '' })).toThrow(words);
  });
});
