import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '..');
const nobody = { uid: 65_534, gid: 65_534 };
const account = process.getuid?.() === 0 ? nobody : {};

describe('docker-compose.yml', () => {
  interface Composition { services: Record<string, { environment?: Record<string, string>; volumes?: string[] }>; volumes: Record<string, unknown> }
  const { services, volumes } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as Composition;

  it('keeps the data of Postgres in its volume, whichever image it is', () => {
    const { environment, volumes: mounts = [] } = services['postgres'] ?? {};
    const [name = '', folder = ''] = mounts.map((mount) => mount.split(':')).find(([volume]) => volume === 'postgres') ?? [];
    expect(Object.keys(volumes)).toContain(name);
    const data = environment?.['PGDATA'] ?? '';
    expect(data.startsWith(`${folder}/`)).toBe(true);
    // There the images before 18 have a volume of their own, without a name: `docker compose down` loses it.
    expect(data.startsWith('/var/lib/postgresql/data')).toBe(false);
  });
});

/** As it runs there: root of a container that has no right to pass over what it may not write. */
describe('the secrets of docker compose', () => {
  let folder: string;
  const names = ['services/database-url', 'services/secret-key', 'services/password-pepper', 'database/password'];
  const make = () => execFileSync(process.execPath, [join(folder, 'make-secrets.mjs'), join(folder, 'services'), join(folder, 'database')], { cwd: '/', encoding: 'utf8', ...account });
  const all = () => names.map((name) => readFileSync(join(folder, name), 'utf8').trim());

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chat-backend-secrets-'));
    chmodSync(folder, 0o755);
    copyFileSync(join(root, 'deploy/docker/make-secrets.mjs'), join(folder, 'make-secrets.mjs'));
    for (const name of ['services', 'database']) {
      mkdirSync(join(folder, name));
      if (account === nobody) chownSync(join(folder, name), nobody.uid, nobody.gid);
    }
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('are made once, and stay', () => {
    make();
    const made = all();
    expect(new Set(made).size).toBe(names.length);
    expect(made[0]).toBe(`postgresql://chat:${made[3]}@postgres:5432/chat`);
    for (const name of names) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o400);
    expect(make()).toBe('');
    expect(all()).toEqual(made);
  });

  it('are made where a full disk has left the beginning of one', () => {
    const draft = join(folder, 'services/secret-key.draft');
    writeFileSync(draft, '', { mode: 0o400 });
    if (account === nobody) chownSync(draft, nobody.uid, nobody.gid);
    make();
    for (const secret of all()) expect(secret.length).toBeGreaterThan(40);
  });
});
