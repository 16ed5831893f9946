import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { startNodeServer } from '../node-server.mjs';
import { startProgram } from '../../run/own-processes.mjs';
import { freePort } from '../../run/stores.mjs';
import { insertPopulation } from './insert-population.mjs';

const { createTokenSigner, deriveKeys } = createRequire(import.meta.url)('@chat-backend/service-kit');

const secret = 'a key for the benchmark alone, on loopback';
const signer = createTokenSigner(deriveKeys(secret).tokens[0]);
const clusterReadyWithinMs = 90_000;

/** As in production, but for the rate limits. */
const settings = (postgres, folder) => ({
  NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0', RATE_LIMIT_FACTOR: '0', LOG_LEVEL: 'warn', SECRET_KEY: secret,
  EXPOSE_OTP: 'false', DATABASE_URL: postgres.url, DB_URL: '', REDIS_URL: '', SMTP_URL: '', SECRET_KEY_PREVIOUS: '', DATA_DIR: folder, DRAIN_SECONDS: '2',
});

const common = {
  protocol: 'socket.io',
  needs: { postgres: true },
  insertPopulation,
  storedMessages: { table: 'messages', rowsEach: 1 },
  makeUsers: (users) => users.map((id) => ({ id, token: signer.sign({ userId: id, sessionId: randomUUID(), purpose: 'access', livesSeconds: 3 * 3_600 }) })),
};

/** `node index.js`: all services in one process, without Redis. */
export const oneProcess = {
  ...common,
  name: 'one-process', label: 'Chat Backend, one process',
  async start({ postgres, folder }) {
    const server = await startNodeServer({ name: 'node index.js', program: ['index.js'], env: settings(postgres, folder) });
    const url = `http://127.0.0.1:${server.port}`;
    return { urls: [url], restUrl: url, parts: [{ name: 'node', pid: server.pid }], ask: server.ask, died: server.died, stop: server.stop };
  },
};

/** Reads what runs where until the cluster says `ready`. */
const startCluster = async ({ postgres, redis, folder, realtime, messaging }) => {
  const processes = [];
  let ready;
  const isReady = new Promise((resolve) => { ready = resolve; });
  const port = await freePort();
  const cluster = startProgram({
    name: 'npm run cluster', program: ['scripts/cluster.mjs', '--realtime', String(realtime), '--messaging', String(messaging), '--port', String(port)],
    env: { ...settings(postgres, folder), REDIS_URL: redis.url, CHAT_BACKEND_SKIP_PREPARE: '1' }, lastSignal: 'SIGTERM',
    onLine: (line) => { if (line === 'ready') ready(); else if (line.startsWith('{')) processes.push(JSON.parse(line)); },
  });
  cluster.died.catch(() => {});
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => { reject(new Error(`the cluster was not ready:\n${cluster.lastWords()}`)); }, clusterReadyWithinMs); });
  try {
    await Promise.race([isReady, cluster.died, late]);
  } catch (error) {
    await cluster.stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { cluster, processes, port };
};

const clusterOf = ({ name, label, realtime, messaging }) => ({
  ...common,
  name, label,
  needs: { postgres: true, redis: true },
  async start(stores) {
    const { cluster, processes, port } = await startCluster({ ...stores, realtime, messaging });
    const urlsOf = (service) => processes.filter((one) => one.service === service).map((one) => `http://127.0.0.1:${one.port}`);
    return {
      // Straight to realtime, where an ingress would route the sockets.
      urls: urlsOf('realtime'), restUrl: `http://127.0.0.1:${port}`, messagingUrl: urlsOf('messaging')[0],
      parts: processes.map(({ service, pid }) => ({ name: service, pid })), died: cluster.died, stop: cluster.stop,
    };
  },
});

export const cluster = clusterOf({ name: 'cluster', label: 'Chat Backend, six processes', realtime: 1, messaging: 1 });
export const clusterOfTwo = clusterOf({ name: 'cluster-two-realtime', label: 'Chat Backend, two realtime', realtime: 2, messaging: 1 });
