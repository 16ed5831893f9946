// Builds the project in the current folder: TypeScript to dist/.
import { rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
rmSync('dist', { recursive: true, force: true });
const compiled = spawnSync(process.execPath, [join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
process.exit(compiled.status ?? 1);
