import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

jest.setTimeout(60_000);
const root = join(__dirname, '..');

const run = (program: string, options: { env?: NodeJS.ProcessEnv; cwd?: string; with?: string[] } = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...(options.with ?? [])], {
    encoding: 'utf8', timeout: 30_000, cwd: options.cwd ?? tmpdir(), env: { PATH: process.env['PATH'], ...options.env },
  });
  return { status, output: stdout + stderr };
};

/** What package.json says in `engines`, and so says Prisma. */
const takenNodes = ['20.19.0', '22.12.0', '24.0.0', '25.1.0'];
const refusedNodes = ['18.20.0', '20.18.3', '21.7.3', '22.11.0', '23.11.1'];
const refusalOf = (version: string): string =>
  `Chat Backend needs Node 24 or newer, 22.12 or newer of 22, or 20.19 or newer of 20; this is Node ${version}. Install one of them from https://nodejs.org.\n`;

describe('the engines that npm is told', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as { engines?: unknown; packages?: Record<string, { engines?: unknown }> };

  it('are those of Prisma, also in the lockfile', () => {
    const engines = { node: '^20.19 || ^22.12 || >=24' };
    expect(read('package.json').engines).toEqual(engines);
    expect(read('package-lock.json').packages?.['']?.engines).toEqual(engines);
    expect(read('node_modules/prisma/package.json').engines).toEqual({ node: '^20.19 || ^22.12 || >=24.0' });
  });
});

describe('node index.js', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chat-backend-index-'));
    copyFileSync(join(root, 'index.js'), join(folder, 'index.js'));
    for (const name of ['node_modules', 'libs']) symlinkSync(join(root, name), join(folder, name));
  });
  afterAll(() => { rmSync(folder, { recursive: true }); });

  it('names the services when one is unknown', () => {
    const { status, output } = run(join(folder, 'index.js'), { with: ['auth', 'authh'] });
    expect(status).toBe(1);
    expect(output).toBe('There is no service authh. The services are: auth, social-graph, group, messaging, realtime, gateway; none named means all.\n');
  });

  it('reads .env beside it, wherever it is started, and the environment wins', () => {
    writeFileSync(join(folder, '.env'), 'PORT=from-file\nLOG_LEVEL=from-file\n');
    const { status, output } = run(join(folder, 'index.js'), { env: { PORT: '2001' } });
    expect(status).toBe(1);
    expect(output).toContain('LOG_LEVEL');
    expect(output).not.toContain('PORT');
  });

  it.each([['node_modules/dotenv', 'The packages are not installed. Run: npm install'], ['', 'Chat Backend is not built. Run: npm install']])(
    'says what is missing (%s)', (present, sentence) => {
      const bare = mkdtempSync(join(tmpdir(), 'chat-backend-bare-'));
      copyFileSync(join(root, 'index.js'), join(bare, 'index.js'));
      if (present === '') mkdirSync(join(bare, 'node_modules/dotenv'), { recursive: true });
      const { status, output } = run(join(bare, 'index.js'));
      expect([status, output]).toEqual([1, expect.stringContaining(sentence)]);
      rmSync(bare, { recursive: true });
    });

  const runUnder = (version: string) => {
    const other = join(folder, 'other-node.js');
    writeFileSync(other, `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('./index.js');`);
    return run(other, { with: ['authh'] });
  };
  it.each(refusedNodes)('refuses Node %s in words', (version) => { expect(runUnder(version)).toEqual({ status: 1, output: refusalOf(version) }); });
  it.each(takenNodes)('takes Node %s', (version) => { expect(runUnder(version).output).toMatch(/^There is no service authh/); });
});

describe('npm start', () => {
  it('says that the port is taken before it does anything else', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { status, output } = run(join(root, 'scripts/start.mjs'), { env: { PORT: String(port) } });
    server.close();
    expect([status, output]).toEqual([1, `\nPort ${port} is taken. Stop what uses it, or choose another: PORT=${port + 1} npm start\n`]);
  });

  const runUnder = (version: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'chat-backend-node-'));
    const file = join(folder, 'start.mjs');
    writeFileSync(file, readFileSync(join(root, 'scripts/start.mjs'), 'utf8').replaceAll('process.versions.node', `'${version}'`));
    try { return run(file); } finally { rmSync(folder, { recursive: true }); }
  };
  it.each(refusedNodes)('refuses Node %s in words', (version) => { expect(runUnder(version)).toEqual({ status: 1, output: refusalOf(version) }); });
  it.each(takenNodes)('takes Node %s', (version) => { expect(runUnder(version).output).toMatch(/Cannot find module .*from-fresh-clone/); });
});

describe('npm run cluster', () => {
  it.each([
    [['--gateway', '0'], '--gateway must be a number from 1 to 64\n'],
    [['--social-graph', 'two'], '--social-graph must be a number from 1 to 64\n'],
    [['--web', '2'], expect.stringMatching(/Unknown option '--web'[^]*Usage: npm run cluster -- .*\[--gateway 2\]/)],
  ])('says how many of which it takes: %s', (words, output) => {
    expect(run(join(root, 'scripts/cluster.mjs'), { with: words })).toEqual({ status: 1, output });
  });
});

describe('what npm says when an installation fails', () => {
  const explained = (output: string): string =>
    run('-e', { cwd: root, with: [`import('./scripts/start/install.mjs').then(({ installFailure }) => console.log(installFailure(${JSON.stringify(output)})))`] }).output;

  it.each([
    ['npm error code ENOSPC', 'The disk is full'],
    ['npm error code ENOTFOUND\nnpm error network request to https://registry.example failed', 'cannot reach its registry'],
    ['npm error code EACCES', 'may not write here'],
    ['npm error code EUSAGE', 'do not agree'],
    ['npm error something new', 'could not install the packages'],
  ])('is put into words: %s', (output, sentence) => {
    expect(explained(output)).toContain(sentence);
    expect(explained(output)).toContain(output.split('\n').at(-1));
  });
});

describe('the migrations', () => {
  it('make what prisma/schema.prisma says', () => {
    expect(run(join(root, 'scripts/check-schema-drift.mjs'))).toEqual({ status: 0, output: 'The migrations make what prisma/schema.prisma says.\n' });
  });

  it('are found wanting when one is missing', () => {
    const migrations = mkdtempSync(join(tmpdir(), 'chat-backend-migrations-'));
    mkdirSync(join(migrations, '1_wanting'));
    const first = readFileSync(join(root, 'prisma/migrations/20261124000000_first/migration.sql'), 'utf8');
    writeFileSync(join(migrations, '1_wanting/migration.sql'), first.replace('"about" TEXT,', ''));
    const { status, output } = run(join(root, 'scripts/check-schema-drift.mjs'), { with: [migrations] });
    expect([status, output]).toEqual([1, expect.stringContaining('ADD COLUMN     "about" TEXT')]);
    rmSync(migrations, { recursive: true });
  });
});
