import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Replaces a piece of a built file, which must be there exactly once. */
export interface Patch {
  name: string;
  /** Below the product's folder. */
  file: string;
  find: string;
  replace: string;
}

const packagesOf = (product: string): string[] =>
  ['libs', 'services'].flatMap((folder) => readdirSync(join(product, folder)).map((name) => join(folder, name))).filter((path) => existsSync(join(product, path, 'package.json')));

/** Every installed package by a link, but the product's own, which are the copy's. */
const linkPackages = (product: string, copy: string): void => {
  const scope = '@chat-backend';
  mkdirSync(join(copy, 'node_modules', scope), { recursive: true });
  for (const name of readdirSync(join(product, 'node_modules'))) {
    if (name !== scope) symlinkSync(join(product, 'node_modules', name), join(copy, 'node_modules', name));
  }
  for (const path of packagesOf(product)) {
    const { name } = JSON.parse(readFileSync(join(product, path, 'package.json'), 'utf8')) as { name: string };
    symlinkSync(join(copy, path), join(copy, 'node_modules', name));
  }
};

/** @throws Error when what is to be replaced is not there exactly once: the product has changed, and the patch must follow it */
const apply = (copy: string, { name, file, find, replace }: Patch): void => {
  const path = join(copy, file);
  const parts = readFileSync(path, 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`The patch "${name}" fits ${parts.length - 1} times into ${file}; it must fit once. The code has changed: change faults/src/cluster with it.`);
  writeFileSync(path, parts.join(replace));
};

/**
 * Makes a copy of the built product in a folder and changes it there, so that the product itself needs no switches.
 * @throws Error when a patch does not fit
 */
export const copyProduct = (product: string, copy: string, patches: readonly Patch[]): string => {
  mkdirSync(copy, { recursive: true });
  for (const path of ['index.js', 'package.json', 'scripts', 'prisma']) cpSync(join(product, path), join(copy, path), { recursive: true });
  for (const path of packagesOf(product)) {
    cpSync(join(product, path, 'package.json'), join(copy, path, 'package.json'), { recursive: true });
    if (existsSync(join(product, path, 'dist'))) cpSync(join(product, path, 'dist'), join(copy, path, 'dist'), { recursive: true });
  }
  linkPackages(product, copy);
  for (const patch of patches) apply(copy, patch);
  return copy;
};
