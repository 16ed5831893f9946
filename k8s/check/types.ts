import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOf, type Kind, type Manifest } from './manifests';
import { models } from './models';

const root = join(__dirname, '../..');
const folder = join(__dirname, 'built');



/** Manifests as TypeScript: each literal has its type, so that a field that Kubernetes does not know is an error. Its schemas take such a field. */
const asSource = (manifests: readonly Manifest[]): string => [
  ...[...new Set(manifests.map(({ kind }) => kind))].map((kind: Kind) => `import type { I${kind} } from 'kubernetes-models/${models[kind].apiVersion}';`),
  ...manifests.map((manifest, index) => `/** ${manifest.kind} ${nameOf(manifest)} */\nexport const manifest${index}: I${manifest.kind} = ${JSON.stringify(manifest, null, 1)};`),
].join('\n');

/** What the compiler says of manifests, by the name of the file that they are written to. */
export const typeProblems = (built: Readonly<Record<string, readonly Manifest[]>>): string[] => {
  mkdirSync(folder, { recursive: true });
  const files = Object.entries(built).map(([name, manifests]) => {
    const file = join(folder, `${name}.ts`);
    writeFileSync(file, asSource(manifests));
    return file;
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, [
    join(root, 'node_modules/@typescript/native/bin/tsc'), '--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2023', '--module', 'node16', '--types', '', ...files,
  ], { cwd: __dirname, encoding: 'utf8' });
  return status === 0 ? [] : [...`${stdout}${stderr}`.split('\n').filter((line) => line.includes('error')), ...(stdout.includes('error') ? [] : [`the compiler ended with ${status}`])];
};
