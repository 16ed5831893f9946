import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../contract/product-process';

/** The address that the pages name. */
const documentedUrl = 'http://localhost:2001';

/**
 * The TypeScript of a page, as it stands there, but for the address of the server. It is JavaScript, too: it runs without a build.
 * @param marker a comment before the block, where the page has others that are no program
 */
export const programOf = (page: string, url: string, marker = ''): string => {
  const blocks = [...readFileSync(join(repositoryRoot, page), 'utf8').matchAll(/(?:<!-- (\w+) -->\s*)?```ts\n([\s\S]*?)```/g)];
  const chosen = blocks.filter(([, name = '']) => name === marker).map(([, , code = '']) => code);
  if (chosen.length === 0) throw new Error(`${page} has no block of TypeScript ${marker === '' ? '' : `after <!-- ${marker} -->`}`);
  return chosen.join('\n').replaceAll(documentedUrl, url);
};
