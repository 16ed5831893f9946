// npm test [-- what jest takes]: installs and builds what is needed, then runs jest. The tests start their own Postgres, and Redis where they need it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepareProduct } from './prepare-product.mjs';
import { root } from './start/root.mjs';

prepareProduct();
const jest = spawn(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
// Ctrl-C reaches jest from the terminal; whoever stops this process alone stops jest, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { jest.kill(signal); });
jest.once('exit', (code) => { process.exitCode = code ?? 1; });
