// npm run db:migrate: brings the database to the newest schema, as every start does, too.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './start/root.mjs';

const require = createRequire(import.meta.url);
require('dotenv').config({ path: join(root, '.env'), quiet: true });
const { runMigration } = require('@chat-backend/composition');

await runMigration({ env: process.env, patienceSeconds: 0 });
