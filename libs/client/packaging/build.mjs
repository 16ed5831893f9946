// Builds the package that apps install: one file for import, one for require, and for each its types, which import nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { writePlainTypes } from './write-plain-types.mjs';

const folder = resolve(import.meta.dirname, '..');
const dist = join(folder, 'dist');

/** Checks the sources; leaves their declarations in the folder. */
const checkTypes = (declarations) => {
  const compiler = resolve(folder, '../../node_modules/@typescript/native/bin/tsc');
  const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--sourceMap', 'false', '--outDir', declarations];
  const { status } = spawnSync(process.execPath, [compiler, ...options], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

const bundle = async (input, outputs) => {
  const bundler = await rolldown(input);
  const chunks = [];
  for (const output of outputs) chunks.push(...(await bundler.write(output)).output);
  await bundler.close();
  return chunks;
};

const bundleCode = () => bundle(
  { input: join(folder, 'src/index.ts'), external: ['socket.io-client'], platform: 'neutral', tsconfig: join(folder, 'tsconfig.build.json') },
  [{ file: join(dist, 'index.mjs'), format: 'esm', sourcemap: true }, { file: join(dist, 'index.cjs'), format: 'cjs', sourcemap: true, exports: 'named' }],
);

const bundleTypes = async (declarations) => {
  writeFileSync(join(declarations, 'contract.d.ts'), writePlainTypes(folder));
  const [types] = await bundle(
    { input: join(declarations, 'index.d.ts'), plugins: [dts({ dtsInput: true, tsconfig: false })], external: /^[^./]/, treeshake: { moduleSideEffects: false } },
    [{ dir: join(declarations, 'bundled'), format: 'esm' }],
  );
  const code = readFileSync(join(declarations, 'bundled', types.fileName), 'utf8');
  const imported = /^import\b.*|\bimport\(.*/m.exec(code)?.[0];
  if (imported !== undefined) throw new Error(`The types of the package take something from elsewhere that is to be named in src/contract.ts: ${imported}`);
  for (const file of ['index.d.mts', 'index.d.cts']) writeFileSync(join(dist, file), code);
};

rmSync(dist, { recursive: true, force: true });
const declarations = mkdtempSync(join(tmpdir(), 'chat-client-types-'));
try {
  checkTypes(declarations);
  await bundleCode();
  await bundleTypes(declarations);
} finally {
  rmSync(declarations, { recursive: true, force: true });
}
