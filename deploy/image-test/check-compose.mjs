import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runProgram } from './run-program.mjs';
import { must } from './steps.mjs';

const root = join(import.meta.dirname, '../..');
const project = 'chat-backend-image-test';
const readyWithinMs = 120_000;

/** docker compose on the repository's own file, published on a port of this run's. */
export const createComposition = ({ compose: command, env, docker }, port) => {
  const files = ['docker-compose.yml', 'deploy/docker/contract-mode.yml', 'deploy/image-test/test-settings.yml'].flatMap((file) => ['--file', join(root, file)]);
  const composeEnv = { ...env, PORT: String(port), HOST: '127.0.0.1' };
  const run = (options, commandLine, more = {}) =>
    runProgram(command, ['--project-name', project, '--env-file', '/dev/null', ...options, ...commandLine], { env: composeEnv, timeoutMs: 600_000, ...more });
  const withFiles = (commandLine, more) => run(files, commandLine, more);
  const secret = (name) => withFiles(['exec', '-T', 'auth', 'cat', `/secrets/${name}`]);

  const ask = () => Promise.race([
    fetch(`http://127.0.0.1:${port}/readyz`).then(async (response) => ({ status: response.status, text: await response.text() })),
    // Also keeps this process alive: a fetch whose connection is cut in its first moment may never settle.
    wait(3_000),
  ]).catch(() => undefined);

  /** `up --detach` returns when the gateway runs; it is ready when it reaches all others. */
  const waitUntilReady = async () => {
    let last = 'nothing';
    for (const until = Date.now() + readyWithinMs; Date.now() < until; await wait(300)) {
      const reply = await ask();
      if (reply?.status === 200) return;
      last = reply?.text ?? last;
    }
    throw new Error(`/readyz answers ${last}`);
  };

  return {
    /** As written, without anything of the test's: production, strict. */
    upAsWritten: async () => {
      await run(['--file', join(root, 'docker-compose.yml')], ['up', '--detach', '--no-build']);
      await waitUntilReady();
      const registered = await fetch(`http://127.0.0.1:${port}/api/v1/register`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: 'anna@example.com', password: 'seven grey herons' }),
      });
      const text = await registered.text();
      must(registered.status === 200 && !text.includes('"otp"'), `register answers ${registered.status}: ${text}`);
    },
    up: async (realtime) => {
      await withFiles(['up', '--detach', '--no-build', '--scale', `realtime=${realtime}`]);
      await waitUntilReady();
    },
    checkStores: async () => {
      const setting = async (name) => (await withFiles(['exec', '-T', 'redis', 'redis-cli', 'config', 'get', name])).split(/\s+/)[1];
      must(await setting('maxmemory-policy') === 'noeviction' && await setting('appendonly') === 'yes', 'Redis does not run as it should');
      const shown = await docker(['ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${project}`]);
      const inspected = await docker(['inspect', ...shown.split('\n')]);
      for (const name of ['secret-key', 'password-pepper', 'database-url']) must(!inspected.includes(await secret(name)), `docker inspect shows ${name}`);
    },
    /** As docs/operating.md has it: the image has no npm scripts, and its secrets are files. */
    checkAdmin: async () => {
      const listed = await withFiles(['exec', '-T', 'auth', 'node', 'index.js', 'admin', 'users', 'list', '--json']);
      must(JSON.parse(listed).users.some(({ email }) => email === 'anna@example.com'), `the account is not listed: ${listed}`);
    },
    /** The contract suite, and the sockets of so many realtime processes. */
    testContract: async (realtime, only = []) => {
      const published = await withFiles(['port', 'postgres', '5432']);
      const databaseUrl = new URL(await secret('database-url'));
      databaseUrl.host = published;
      await runProgram(process.execPath, ['node_modules/jest/bin/jest.js', '--config', 'jest.image.config.js', '--runInBand', '--ci', ...only], {
        cwd: root, shows: true, timeoutMs: 900_000,
        env: { ...process.env, COMPOSED_URL: `http://127.0.0.1:${port}`, COMPOSED_DATABASE_URL: databaseUrl.href, COMPOSED_SECRET_KEY: await secret('secret-key'), COMPOSED_REALTIME: String(realtime) },
      });
    },
    logs: () => withFiles(['logs', '--no-color', '--tail', '4']).catch(() => ''),
    down: () => withFiles(['down', '--volumes', '--timeout', '20']),
  };
};
