// npm run test:image: builds the image with a Docker engine of its own, and tries it and docker-compose.yml as people use them. docs/deploy-docker.md.
// Nothing of this machine changes: Debian's packages are unpacked into a temporary folder, which goes with everything else at the end.
import { accessSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkContent, checkDescription, checkRefusals, checkRun, checkSize } from './check-image.mjs';
import { createComposition } from './check-compose.mjs';
import { startDockerEngine } from './docker-engine.mjs';
import { importStandIns } from './import-stand-ins.mjs';
import { conclude, skip, step } from './steps.mjs';
import { unpackPackages } from './unpack-packages.mjs';

const root = join(import.meta.dirname, '../..');

/** Why none of it can run here; undefined where it can. */
const obstacle = () => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the stand-ins are made for Linux on x64';
  if (process.getuid() !== 0) return 'a Docker engine of its own needs root';
  if (existsSync('/var/run/docker.sock')) return 'a Docker engine runs here already, and two would share one bridge; stop it first';
  try {
    for (const program of ['/usr/bin/apt-get', '/usr/bin/dpkg', '/usr/bin/perl']) accessSync(program);
  } catch (error) {
    return `${error.path} is not there: this needs a Debian with perl`;
  }
  return undefined;
};

const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => { resolve(port); });
  });
});

const testImage = async (engine, folder) => {
  const { docker } = engine;
  await step('docker build -t chat-backend:latest .', async () => { await docker(['build', '--tag', 'chat-backend:latest', '.'], { cwd: root, timeoutMs: 1_200_000 }); });
  await step('its size', () => checkSize(engine));
  await step('its labels, account, entry and port', () => checkDescription(engine));
  await step('what it holds, and that its account may write none of it', () => checkContent(engine));
  await step('it refuses to start without a secret, or as a service that does not exist', () => checkRefusals(engine));
  const port = await freePort();
  await step('docker run with the three documented variables: read-only, uid 1000, healthy, ends in order at SIGTERM', () => checkRun(engine, folder, port));
};

const testComposition = async (engine) => {
  const composition = createComposition(engine, await freePort());
  try {
    await step('docker compose up, as it is written', () => composition.upAsWritten());
    await step('in contract mode', async () => { await composition.up(1); });
    await step('Redis keeps what it is told; docker inspect shows no secret', () => composition.checkStores());
    await step('the operators\' command line', () => composition.checkAdmin());
    await step('the contract suite against the published port', () => composition.testContract(1));
    await step('--scale realtime=3', async () => { await composition.up(3); });
    await step('sockets by polling and WebSocket over three processes', () => composition.testContract(3, ['--testNamePattern', 'sockets']));
    await step('docker compose down', async () => { await composition.down(); });
  } catch (error) {
    console.log(await composition.logs());
    await composition.down().catch(() => undefined);
    throw error;
  }
};

const run = async () => {
  const reason = obstacle();
  if (reason !== undefined) { skip('all of it', reason); return; }
  const folder = mkdtempSync(join(tmpdir(), 'chat-backend-image-'));
  let engine;
  const clearAway = async () => {
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { void clearAway().finally(() => { process.exit(1); }); });
  try {
    const unpacked = await step('Docker, compose and mmdebstrap from Debian', () => unpackPackages(folder));
    await step('a Docker engine, by hand', async () => { engine = await startDockerEngine(unpacked, folder); });
    await step('stand-ins for node:24-slim, postgres:18 and redis:7', () => importStandIns(engine, folder));
    await testImage(engine, folder);
    await testComposition(engine);
  } catch {
    // The step has said what failed.
  } finally {
    await clearAway();
  }
};

await run();
conclude();
