// npm run --silent sbom > sbom.json: a bill of materials (CycloneDX 1.5) of what `npm ci --omit=dev` installs, from the lockfile.
// Not by `npm sbom`: with `--omit dev`, npm 11 leaves out whatever development needs as well (ws and socket.io-parser among it), and without it stops
// at a package that development has in a version of its own.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './start/root.mjs';

const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const text = readFileSync(join(root, 'package-lock.json'));
const { name: product, version: productVersion, packages } = JSON.parse(text);
const nameOf = (place, { name }) => name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
const purlOf = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** What the lockfile says, else what the package itself says, where it is installed. */
const licencesOf = (place, { license }) => {
  if (license !== undefined || !existsSync(join(root, place, 'package.json'))) return license === undefined ? [] : [license];
  const { license: own, licenses = [] } = read(join(place, 'package.json'));
  return own === undefined ? licenses.map(({ type }) => type) : [own];
};

const componentOf = ([place, entry]) => {
  const name = nameOf(place, entry);
  const purl = purlOf(name, entry.version);
  return {
    type: 'library', 'bom-ref': `${purl}#${place}`, name, version: entry.version, purl,
    scope: entry.optional || entry.devOptional ? 'optional' : 'required',
    hashes: [{ alg: 'SHA-512', content: Buffer.from(entry.integrity.slice('sha512-'.length), 'base64').toString('hex') }],
    licenses: licencesOf(place, entry).map((license) => ({ license: { name: license } })),
  };
};

const components = Object.entries(packages).filter(([place, { dev, link }]) => place.includes('node_modules/') && dev !== true && link !== true).map(componentOf);
process.stdout.write(`${JSON.stringify({
  bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
  // The same lockfile makes the same bill.
  serialNumber: `urn:uuid:${createHash('sha256').update(text).digest('hex').replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-5$3-8$4-$5')}`,
  metadata: { component: { type: 'application', 'bom-ref': purlOf(product, productVersion), name: product, version: productVersion } },
  components,
}, undefined, 2)}\n`);
