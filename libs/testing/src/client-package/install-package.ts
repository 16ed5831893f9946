import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../contract/product-process';

interface Manifest { name: string; version: string; dependencies?: Record<string, string> }

const packageName = '@chat-backend/client';
const folderOf = (name: string): string => join(repositoryRoot, 'node_modules', name);
const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** A package that is installed here, and everything that it needs. */
const withDependencies = (name: string, found = new Set<string>()): Set<string> => {
  if (found.has(name)) return found;
  if (existsSync(join(folderOf(name), 'node_modules'))) throw new Error(`${name} has packages of its own in node_modules: this test takes those of the repository alone`);
  found.add(name);
  for (const dependency of Object.keys(manifestOf(folderOf(name)).dependencies ?? {})) withDependencies(dependency, found);
  return found;
};

const npm = (folder: string, args: readonly string[]): string => {
  const { PATH, HOME } = process.env;
  // Nothing is fetched, and nothing of whoever runs this (a workspace, another registry) changes what npm does.
  return execFileSync('npm', [...args, '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, encoding: 'utf8', env: { PATH, HOME } });
};

const pack = (folders: readonly string[], destination: string): Map<string, string> => {
  const packed = JSON.parse(npm(destination, ['pack', '--json', ...folders])) as { name: string; filename: string }[];
  return new Map(packed.map(({ name, filename }) => [name, `file:${join(destination, filename)}`]));
};

export interface InstalledPackage {
  /** An app's folder, outside the repository, with the package in its `node_modules`. */
  app: string;
  /** The package as it was installed. */
  folder: string;
  /** Writes a file of the app. @returns its path */
  write(name: string, content: string): string;
}

/** Packs the client as it would be published, and installs the tarball in an empty folder beside socket.io-client, which comes from the repository's own `node_modules`. */
export const installPackage = (): InstalledPackage => {
  const place = mkdtempSync(join(tmpdir(), 'chat-client-package-'));
  const [tarballs, app] = [join(place, 'tarballs'), join(place, 'app')];
  for (const folder of [tarballs, app]) mkdirSync(folder);
  const beside = [...withDependencies('socket.io-client')];
  const files = pack([join(repositoryRoot, 'libs/client'), ...beside.map(folderOf)], tarballs);
  const dependencies = Object.fromEntries([packageName, 'socket.io-client'].map((name) => [name, files.get(name)]));
  // What socket.io-client needs would come from the registry; here it comes from beside it.
  const overrides = Object.fromEntries(beside.filter((name) => name !== 'socket.io-client').map((name) => [name, files.get(name)]));
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'an-app', version: '1.0.0', private: true, dependencies, overrides }));
  npm(app, ['install']);
  return {
    app,
    folder: join(app, 'node_modules', packageName),
    write(name, content) {
      writeFileSync(join(app, name), content);
      return join(app, name);
    },
  };
};
