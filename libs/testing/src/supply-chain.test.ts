import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

interface Package { version?: string; license?: string; licenses?: { type: string }[]; dependencies?: Record<string, string>; devDependencies?: Record<string, string>; optionalDependencies?: Record<string, string>; overrides?: Record<string, string> }
interface LockedPackage { name?: string; version?: string; resolved?: string; integrity?: string; link?: boolean; dev?: boolean; license?: string; hasInstallScript?: boolean }

const readJson = <Content>(file: string): Content => JSON.parse(readFileSync(join(root, file), 'utf8')) as Content;
const manifest = readJson<Package & { workspaces: string[]; allowScripts: Record<string, boolean> }>('package.json');
const lock = readJson<{ lockfileVersion: number; packages: Record<string, LockedPackage> }>('package-lock.json');

/** Everything that comes from elsewhere, by where it stands in the tree. */
const locked = Object.entries(lock.packages).filter(([place, { link }]) => place.includes('node_modules/') && link !== true);
const nameOf = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Folders of packages below one folder `node_modules`, and below those of theirs. */
const installedBelow = (folder: string): string[] => {
  if (!existsSync(join(root, folder))) return [];
  const packages = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) => (name.startsWith('@') ? readdirSync(join(root, folder, name)).map((inner) => `${folder}/${name}/${inner}`) : [`${folder}/${name}`]));
  return packages.flatMap((place) => [place, ...installedBelow(`${place}/node_modules`)]);
};

const isAtLeast = (version: string, least: string): boolean => {
  const [numbers, leastNumbers] = [version, least].map((text) => text.split('-', 1)[0]?.split('.').map(Number) ?? []);
  const differs = leastNumbers?.findIndex((number, index) => number !== numbers?.[index]) ?? -1;
  return differs === -1 ? !version.includes('-') : (numbers?.[differs] ?? 0) > (leastNumbers?.[differs] ?? 0);
};

/** Versions before these have published holes. */
const least = { 'socket.io-parser': '4.2.7', ws: '8.21.0' };

describe.each(Object.entries(least))('%s', (name, version) => {
  const installed = ['node_modules', ...manifest.workspaces.map((pattern) => pattern.replace('/*', ''))
    .flatMap((folder) => readdirSync(join(root, folder)).map((inner) => `${folder}/${inner}/node_modules`))].flatMap(installedBelow);

  it(`is ${version} or newer wherever it is locked`, () => {
    const copies = locked.filter(([place]) => nameOf(place) === name);
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.filter(([, { version: found = '' }]) => !isAtLeast(found, version))).toEqual([]);
  });
  it(`is ${version} or newer wherever it is installed`, () => {
    const copies = installed.filter((place) => nameOf(place) === name).map((place) => ({ place, version: readJson<Package>(`${place}/package.json`).version ?? '' }));
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.filter(({ version: found }) => !isAtLeast(found, version))).toEqual([]);
  });
});

it.each([['4.2.7', '4.2.7', true], ['4.2.10', '4.2.7', true], ['4.3.0', '4.2.7', true], ['5.0.0', '4.2.7', true], ['4.2.6', '4.2.7', false], ['4.1.9', '4.2.7', false], ['3.9.9', '4.2.7', false], ['4.2.7-rc.1', '4.2.7', false]])(
  'version %s is at least %s: %s', (version, leastVersion, expected) => { expect(isAtLeast(version, leastVersion)).toBe(expected); });

describe('what is installed', () => {
  it('is named by one exact version each', () => {
    const exact = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/;
    const files = ['package.json', ...Object.keys(lock.packages).filter((place) => place !== '' && !place.includes('node_modules/')).map((place) => `${place}/package.json`)];
    const ranges = files.flatMap((file) => {
      const { dependencies, devDependencies, optionalDependencies, overrides } = readJson<Package>(file);
      return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides }).filter(([, version]) => !exact.test(version)).map(([name, version]) => `${file}: ${name} ${version}`);
    });
    expect(files.length).toBeGreaterThan(10);
    expect(ranges).toEqual([]);
  });

  it('is held by a hash of its content, and comes from the registry', () => {
    const odd = locked.filter(([, { version, integrity, resolved }]) =>
      !/^\d+\.\d+\.\d+/.test(version ?? '') || !/^sha512-[\w+/]{86}==$/.test(integrity ?? '') || (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')));
    expect(locked.length).toBeGreaterThan(500);
    expect(odd.map(([place]) => place)).toEqual([]);
  });

  it('runs code when it is installed only where package.json has decided on it', () => {
    const withScripts = [...new Set(locked.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([place]) => nameOf(place)))];
    expect(Object.keys(manifest.allowScripts).sort()).toEqual(withScripts.sort());
  });

  it('is what the lockfile says: CI and npm start install with npm ci', () => {
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    expect(ci).toMatch(/^PRISMA_SCHEMA_ENGINE_BINARY=.* npm ci /m);
    expect(ci).not.toMatch(/npm (install|i|add|update|exec)\b|\bnpx\b/);
    expect(readFileSync(join(root, 'scripts/start/install.mjs'), 'utf8')).toContain("[...npm.slice(1), 'ci', '--include=dev'");
  });

  it('has licences that allow what this product is: all but what only its development needs', () => {
    const allowed = ['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Unlicense', 'MIT and ISC'];
    /** Parts of the `prisma` command, which npm counts as optional for production; nothing of the product loads them. (The second one's licence is MIT, in a file only.) */
    const excepted: Record<string, string> = { elkjs: 'EPL-2.0', 'seq-queue': 'none' };
    const licenceOf = (place: string, { license }: LockedPackage): string => {
      if (license !== undefined || !existsSync(join(root, place))) return license ?? 'none';
      const { license: own, licenses } = readJson<Package>(`${place}/package.json`);
      return own ?? licenses?.map(({ type }) => type).join(' and ') ?? 'none';
    };
    const production = locked.filter(([, { dev }]) => dev !== true).map(([place, entry]) => ({ name: nameOf(place), licence: licenceOf(place, entry) }));
    expect(production.length).toBeGreaterThan(100);
    expect(production.filter(({ name, licence }) => !allowed.includes(licence) && excepted[name] !== licence)).toEqual([]);
  });

  it('stands in the bill of materials, as far as production installs it, with hashes and licences', () => {
    interface Component { name: string; version: string; purl: string; hashes: { alg: string; content: string }[]; licenses: object[] }
    const bill = JSON.parse(execFileSync(process.execPath, [join(root, 'scripts/write-sbom.mjs')], { encoding: 'utf8' })) as { bomFormat: string; components: Component[] };
    const named = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
    const production = locked.filter(([, { dev }]) => dev !== true).map(([place, { name = nameOf(place), version }]) => `${name}@${version}`);
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(production.filter((name) => !named.has(name))).toEqual([]);
    expect([...Object.keys(manifest.dependencies ?? {}), ...Object.keys(least)].filter((name) => !bill.components.some((component) => component.name === name))).toEqual([]);
    expect(bill.components.filter(({ name }) => ['jest', 'nx', 'eslint'].includes(name))).toEqual([]);
    expect(bill.components.filter(({ hashes }) => hashes[0]?.alg !== 'SHA-512' || !/^[0-9a-f]{128}$/.test(hashes[0].content))).toEqual([]);
    expect(bill.components.filter(({ licenses }) => licenses.length === 0).map(({ name }) => name)).toEqual(['seq-queue']);
  });
});
