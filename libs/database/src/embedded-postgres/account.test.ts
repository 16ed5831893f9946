import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preparePostgresHome } from './account';
import { startEmbeddedPostgres } from './start-embedded-postgres';

const mockBinaries = { folder: '' };
jest.mock('./find-binaries', () => ({ findPostgresBinaries: () => mockBinaries.folder }));

const isRoot = process.getuid?.() === 0;
const readablePlace = '/var/lib/chat-backend';

describe('the account of the embedded Postgres', () => {
  let base: string;
  let native: string;
  const version = `0.0.0-test-${process.pid}`;

  /** Binaries as npm writes them under umask 077. */
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'chat-backend-account-'));
    chmodSync(base, 0o755);
    native = join(base, 'native');
    for (const folder of ['bin', 'share']) mkdirSync(join(native, folder), { recursive: true, mode: 0o700 });
    writeFileSync(join(base, 'package.json'), JSON.stringify({ version }));
    writeFileSync(join(native, 'bin/initdb'), '#!/bin/sh\ncat "$(dirname "$0")/../share/words" "$(dirname "$0")/../share/link"\n', { mode: 0o700 });
    writeFileSync(join(native, 'share/words'), 'words\n', { mode: 0o600 });
    symlinkSync('words', join(native, 'share/link'));
    chmodSync(native, 0o700);
    mockBinaries.folder = native;
  });
  afterEach(() => {
    rmSync(base, { recursive: true });
    if (isRoot) for (const name of readdirSync(readablePlace)) if (name.includes(version)) rmSync(join(readablePlace, name), { recursive: true });
  });

  const underUmask = <Result>(mask: number, work: () => Result): Result => {
    const before = process.umask(mask);
    try { return work(); } finally { process.umask(before); }
  };

  (isRoot ? it : it.skip).each([['of everybody', 0o755], ['of root alone', 0o700]])('of root runs what npm wrote for root alone, in folders %s', (_whose, mode) => {
    chmodSync(base, mode);
    const { binaries, folder, account } = underUmask(0o077, () => preparePostgresHome(join(base, 'data/postgres'), native));
    expect(execFileSync(join(binaries, 'bin/initdb'), { cwd: '/', encoding: 'utf8', ...account })).toBe('words\nwords\n');
    execFileSync('touch', [join(folder, 'mine')], { cwd: '/', ...account });
    if (folder.startsWith(readablePlace)) rmSync(folder, { recursive: true });
  });

  it('is named, with the way out, where it cannot run them', async () => {
    chmodSync(join(native, 'bin/initdb'), 0o600);
    await expect(startEmbeddedPostgres({ folder: join(base, 'data/postgres') })).rejects.toThrow(/initdb EACCES\n.* must be able to run what is in .*\. Let it, or set DATABASE_URL/);
  });
});
