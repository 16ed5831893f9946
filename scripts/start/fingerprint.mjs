import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './root.mjs';

const notSources = new Set(['dist', 'node_modules', 'generated', 'coverage']);
const isSource = (name) => !/\.(test|fixture)\.ts$/.test(name);

const filesBelow = (path) => {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !notSources.has(entry.name) && isSource(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : entry.isFile() ? [join(path, entry.name)] : []));
};

/** A hash over the names and contents of files and folders of the repository, without tests and what is made from sources. */
export const fingerprint = (...paths) => {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesBelow(join(root, path))).sort()) {
    hash.update(`${relative(root, file)}\0`).update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return hash.digest('hex');
};

/** What is remembered of the last success lies in node_modules, so that it goes when they go. */
const noteOf = (name) => join(root, 'node_modules', `.chat-backend-${name}`);
export const isRemembered = (name, print) => existsSync(noteOf(name)) && readFileSync(noteOf(name), 'utf8') === print;
export const remember = (name, print) => { writeFileSync(noteOf(name), print); };
