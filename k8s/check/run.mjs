// npm run test:manifests [-- what jest takes]: builds every overlay of k8s/ with Kustomize and checks what comes out. Installs what that needs, here and
// not in the product.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareProduct } from '../../scripts/prepare-product.mjs';
import { root } from '../../scripts/start/root.mjs';
import { findKustomize } from './find-kustomize.mjs';

const here = join(root, 'k8s/check');
const run = (command, options, more = {}) => {
  const { status, error } = spawnSync(command, options, { cwd: here, stdio: 'inherit', ...more });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
};

const installed = join(here, 'node_modules/.installed-lock.json');
const lock = readFileSync(join(here, 'package-lock.json'), 'utf8');
const isInstalled = () => existsSync(installed) && readFileSync(installed, 'utf8') === lock;

const kustomize = findKustomize();
if (kustomize.reason) {
  console.error(`\nSKIPPED: the manifests were NOT checked. ${kustomize.reason}\n`);
  process.exit(0);
}
console.log(`Kustomize: ${kustomize.command.join(' ')}`);
prepareProduct();
if (!isInstalled()) {
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  writeFileSync(installed, lock);
}
rmSync(join(here, 'built'), { recursive: true, force: true });
run(process.execPath, [join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', 'tsconfig.json']);
run(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(root, 'jest.manifests.config.js'), ...process.argv.slice(2)], {
  cwd: root, env: { ...process.env, KUSTOMIZE: JSON.stringify(kustomize.command) },
});
