import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { checkPort } from '../start/check-port.mjs';
import { keepRunning } from './keep-running.mjs';
import { recordProcesses } from './recorded-processes.mjs';
import { readSettings } from './settings.mjs';
import { startService } from './start-service.mjs';
import { startDatabase, startRedis } from './stores.mjs';

const { freePort } = createRequire(import.meta.url)('@chat-backend/testing');

const readyWithinMs = 60_000;
/** All of it stops within 5 s: the edge first, then those whom it calls, then Redis and Postgres. */
const edgeStopsWithinMs = 1_800;
const servicesStopWithinMs = 1_500;
const storesStopWithinMs = 1_500;
const isEdge = ({ service }) => service === 'gateway' || service === 'realtime';
const isStore = ({ service }) => service === 'postgres' || service === 'redis';

const print = (line) => { process.stdout.write(`${line}\n`); };

/** Which processes there are, and on which ports: known before any starts, as they name each other. The first gateway has the port that was asked for. */
const planServices = async ({ counts }, settings) => {
  const planned = Object.entries(counts).flatMap(([service, count]) => Array.from({ length: count }, (_, index) => ({ service, number: index + 1 })));
  const ports = new Set();
  while (ports.size < planned.length) ports.add(await freePort(settings.port));
  return planned.map((one, index) => ({ ...one, port: one.service === 'gateway' && one.number === 1 ? settings.port : [...ports][index] }));
};

const addressesOf = (planned, host) => {
  const reachable = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const of = (service) => planned.filter((one) => one.service === service).map(({ port }) => `http://${reachable}:${port}`).join(',');
  return { AUTH_URL: of('auth'), SOCIAL_GRAPH_URL: of('social-graph'), GROUP_URL: of('group'), MESSAGING_URL: of('messaging'), REALTIME_URL: of('realtime') };
};

const isReady = async (url) => {
  try { return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok; } catch { return false; }
};

/** @throws Error with the last words of a service that ends before all are ready */
const waitUntilReady = async (planned, kept, host) => {
  const reachable = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const dead = Promise.race(kept.filter((one) => !isStore(one)).map(({ service, current }) => current.exited.then(() => { throw new Error(`${service} ended:\n${current.lastWords()}`); })));
  const allReady = async () => {
    for (const deadline = Date.now() + readyWithinMs; Date.now() < deadline; await wait(50)) {
      const answers = await Promise.all(planned.map(({ port }) => isReady(`http://${reachable}:${port}`)));
      if (!answers.includes(false)) return;
    }
    throw new Error(`The services were not ready within ${readyWithinMs / 1000} s; their logs lie in the folder logs of DATA_DIR.`);
  };
  await Promise.race([allReady(), dead]);
};

/** Runs the cluster until a signal stops it. */
export const runCluster = async (options) => {
  const kept = [];
  let stopping;
  let recorded;
  const stop = (code) => {
    stopping ??= (async () => {
      // Nobody starts again what the next steps end.
      await Promise.all(kept.map((one) => one.letGo()));
      await Promise.all(kept.filter(isEdge).map((one) => one.stop(edgeStopsWithinMs)));
      await Promise.all(kept.filter((one) => !isEdge(one) && !isStore(one)).map((one) => one.stop(servicesStopWithinMs)));
      await Promise.all(kept.filter(isStore).map((one) => one.stop(storesStopWithinMs)));
      recorded?.forget();
      process.exit(code);
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { void stop(0); });

  const announce = ({ service, pid, port }) => {
    recorded.add(pid);
    print(JSON.stringify({ service, pid, port }));
  };
  const keep = async (service, start) => {
    if (stopping !== undefined) throw new Error('The cluster was stopped before it was ready.');
    const one = await keepRunning({ service, start, announce, onGone: ({ pid }) => { recorded.remove(pid); } });
    kept.push(one);
    return one;
  };

  try {
    const settings = readSettings(options.port);
    // First, as what a killed cluster left behind may hold the port.
    recorded = await recordProcesses(settings.dataDir);
    await checkPort(settings.port, settings.host).catch((error) => { throw new Error(error.message.replaceAll('npm start', 'npm run cluster')); });
    const [database, redis] = await Promise.all([startDatabase({ settings, keep }), startRedis({ settings, keep })]);
    const planned = await planServices(options, settings);
    // Links in mails lead to the gateway, whichever port the service that writes them has.
    const publicUrl = settings.env.PUBLIC_URL || `http://localhost:${settings.port}`;
    const shared = { ...settings.env, PUBLIC_URL: publicUrl, ...addressesOf(planned, settings.host), REDIS_URL: redis.url, DB_URL: '' };
    await Promise.all(planned.map(({ service, number, port }) => keep(service, async () =>
      startService({ service, number, port, env: { ...shared, DATABASE_URL: database.urlOf(service) ?? '' }, dataDir: settings.dataDir, verbose: options.verbose }))));
    await waitUntilReady(planned, kept, settings.host);
    print('ready');
  } catch (error) {
    if (stopping === undefined) process.stderr.write(`\nThe cluster did not start. ${error.message}\n`);
    await stop(1);
  }
};
