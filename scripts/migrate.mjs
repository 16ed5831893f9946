// npm run db:migrate: brings the database to the newest schema, as every start does, too.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './start/root.mjs';

const require = createRequire(import.meta.url);
require('dotenv').config({ path: join(root, '.env'), quiet: true });
const { migrateDatabase } = require('@chat-backend/composition');

try {
  const applied = await migrateDatabase(process.env);
  console.log(applied.length === 0 ? 'The database is at the newest schema.' : `Applied: ${applied.join(', ')}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
