// npm run admin -- <command>: administers an installation by the settings of its services, whether they run or not. docs/operating.md has every command.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './start/root.mjs';

const require = createRequire(import.meta.url);
const isBuilt = ['node_modules/dotenv', 'node_modules/commander', 'libs/composition/dist/operator'].every((path) => existsSync(join(root, path)));
if (isBuilt) {
  require('dotenv').config({ path: join(root, '.env'), quiet: true });
  const { runAdmin } = require('@chat-backend/composition');
  await runAdmin(process.env, process.argv.slice(2));
} else {
  console.error('Chat Backend is not installed and built here. Run: npm start (once), or npm install');
  process.exitCode = 1;
}
