import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { build, generate } from './build.mjs';
import { checkPort } from './check-port.mjs';
import { StepFailure } from './failure.mjs';
import { install } from './install.mjs';
import { root } from './root.mjs';

/** What npm start chooses where neither the environment nor .env says otherwise. */
const developmentDefaults = { EXPOSE_OTP: 'true', HOST: '127.0.0.1', METRICS_PORT: '0', DRAIN_SECONDS: '3', LOG_LEVEL: 'warn' };

const readSettings = () => {
  const file = join(root, '.env');
  const settings = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
  if (settings.NODE_ENV === 'production') console.log('  npm start is for development: NODE_ENV=production is ignored. In production run: node index.js');
  settings.NODE_ENV = 'development';
  for (const [name, value] of Object.entries(developmentDefaults)) settings[name] ||= value;
  return settings;
};

const parentPollMs = 500;

/** npm's shell passes no signal on: whoever ends npm alone leaves this process with another parent, and then it stops, too. */
const stopWithParent = () => {
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM'); }, parentPollMs).unref();
};

const addressOf = (host, port) => `http://${['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(host) ? 'localhost' : host}:${port}`;

const start = async () => {
  stopWithParent();
  const settings = readSettings();
  await checkPort(settings.PORT || 2001, settings.HOST);
  await install();
  await generate();
  await build();
  // Also for what reads the environment by itself, as libraries do.
  Object.assign(process.env, settings);
  const { createBriefLog, runProcess } = createRequire(import.meta.url)('@chat-backend/composition');
  await runProcess({
    env: settings,
    logDestination: createBriefLog((text) => { process.stderr.write(text); }),
    onReady: ({ port }) => { console.log(`Chat Backend is ready: ${addressOf(settings.HOST, port)}`); },
  });
};

try {
  await start();
} catch (error) {
  if (!(error instanceof StepFailure)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
