// Whether the migrations, applied to an empty database, make what prisma/schema.prisma says. Ends with 1 and the difference if not.
// An argument names another folder of migrations.
import { differenceToSchema } from './schema-engine.mjs';
import { withScratchDatabase } from './scratch-database.mjs';

const difference = await withScratchDatabase(differenceToSchema, process.argv[2]);
if (difference !== undefined) {
  console.error(`The migrations and prisma/schema.prisma differ. What is missing:\n\n${difference}\nWrite it as a migration: npm run db:new -- name_of_the_change`);
  process.exitCode = 1;
} else {
  console.log('The migrations make what prisma/schema.prisma says.');
}
