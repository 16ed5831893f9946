// npm test: installs and builds what is missing, then runs every test. Arguments go to Jest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install } from './start/install.mjs';
import { build, generate } from './start/build.mjs';
import { root } from './start/root.mjs';

await install();
await generate();
await build();
const run = spawnSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(run.status ?? 1);
