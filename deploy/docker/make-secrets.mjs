// Makes the secrets of an installation by docker compose, once: each a file of its own, random, kept in a volume.
// make-secrets.mjs <folder for the services> <folder for Postgres>
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [serviceFolder, databaseFolder] = process.argv.slice(2);
if (serviceFolder === undefined || databaseFolder === undefined) {
  console.error('Usage: make-secrets.mjs <folder for the services> <folder for Postgres>');
  process.exit(1);
}

/** Writes it whole or not at all; what is there stays as it is. */
const keep = (file, make) => {
  if (!existsSync(file)) {
    const draft = `${file}.draft`;
    // A full disk leaves one behind that nobody may write to.
    rmSync(draft, { force: true });
    writeFileSync(draft, `${make()}\n`, { mode: 0o400 });
    linkSync(draft, file);
    rmSync(draft);
    console.log(`made ${file}`);
  }
  return readFileSync(file, 'utf8').trim();
};
const random = () => randomBytes(36).toString('base64url');

const password = keep(join(databaseFolder, 'password'), random);
keep(join(serviceFolder, 'database-url'), () => `postgresql://chat:${password}@postgres:5432/chat`);
keep(join(serviceFolder, 'secret-key'), random);
keep(join(serviceFolder, 'password-pepper'), random);
