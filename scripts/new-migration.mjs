// npm run db:new -- name_of_the_change: writes the migration that leads from the ones that are there to prisma/schema.prisma.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differenceToSchema } from './schema-engine.mjs';
import { withScratchDatabase } from './scratch-database.mjs';
import { root } from './start/root.mjs';

const name = process.argv[2] ?? '';
if (!/^[a-z][a-z0-9_]{2,60}$/.test(name)) {
  console.error('Name the change in small letters, digits and underscores: npm run db:new -- add_user_language');
  process.exit(1);
}
const sql = await withScratchDatabase(differenceToSchema);
if (sql === undefined) {
  console.log('The migrations lead to prisma/schema.prisma already; there is nothing to write.');
} else {
  const folder = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`;
  mkdirSync(join(root, 'prisma/migrations', folder));
  writeFileSync(join(root, 'prisma/migrations', folder, 'migration.sql'), sql);
  console.log(`Wrote prisma/migrations/${folder}/migration.sql. Read it: renames look like a drop and an add. Then: npm start, or npm run db:migrate.`);
}
