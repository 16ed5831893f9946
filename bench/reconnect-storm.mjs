// node bench/reconnect-storm.mjs [--clients 5000] [--seconds 20] [--drop sockets|server]: many clients of libs/client, each sending one message a
// second to a friend, lose their connections at once. How long until all are back and have everything, and what does the database see meanwhile?
// Loopback only; it ends by itself. Progress on stderr, one table on stdout.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { table } from './figures.mjs';
import { startProduct } from './start-product.mjs';

const require = createRequire(import.meta.url);
const pg = require('pg');
const { createChatClient } = require('@chat-backend/client');
const { newId, orderedPair, startEmbeddedPostgres } = require('@chat-backend/database');
const { createTokenSigner, deriveKeys } = require('@chat-backend/service-kit');

const { values: given } = parseArgs({ options: { clients: { type: 'string', default: '5000' }, seconds: { type: 'string', default: '20' }, drop: { type: 'string', default: 'sockets' } } });
const clientCount = Number(given.clients);
const seconds = Number(given.seconds);
const secret = 'a secret of the reconnect storm, for loopback alone';
/** So many connect at a time before the measurement. */
const wave = 100;
const backWithinMs = 120_000;

const say = (text) => { process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`); };
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const median = (values) => percentile(values, 0.5);

/** Pairs of friends, straight into the tables: registering them would measure password hashes. */
const makeFriends = async (database) => {
  const pairs = Array.from({ length: Math.ceil(clientCount / 2) }, () => [newId(), newId()]);
  const ids = pairs.flat();
  await database.query(`insert into users (id, email, password_hash, pepper_id, is_verified, updated_at)
    select id, id || '@example.com', '', '', true, now() from unnest($1::uuid[]) as u(id)`, [ids]);
  const ordered = pairs.map(([one, other]) => orderedPair(one, other));
  await database.query('insert into friendships (low_user_id, high_user_id) select * from unnest($1::uuid[], $2::uuid[])',
    [ordered.map(({ lowUserId }) => lowUserId), ordered.map(({ highUserId }) => highUserId)]);
  return pairs.flatMap(([one, other]) => [{ id: one, friend: other }, { id: other, friend: one }]).slice(0, clientCount);
};

/** Statements that the database has run, as it counts them itself. */
const statementsOf = async (database) => Number((await database.query(
  "select sum(calls) as calls from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database()) and query not like '%pg_stat_statements%'")).rows[0].calls);

/** Statements a second, once a second, until it is stopped. */
const watchStatements = (database) => {
  const samples = [];
  let isWatching = true;
  const watching = (async () => {
    let before = await statementsOf(database);
    let at = performance.now();
    while (isWatching) {
      await wait(1_000);
      const now = await statementsOf(database);
      samples.push({ at: performance.now(), perSecond: (now - before) / ((performance.now() - at) / 1000) });
      [before, at] = [now, performance.now()];
    }
  })();
  return { samples, stop: async () => { isWatching = false; await watching; } };
};

/** Every connection of this process to the server, as a cable that is pulled. */
const dropSockets = (port) => {
  const sockets = process._getActiveHandles().filter((handle) => handle.remotePort === port);
  for (const socket of sockets) socket.destroy();
  return sockets.length;
};

const startClients = async (url, people) => {
  const { sign } = createTokenSigner(deriveKeys(secret).tokens[0]);
  const clients = people.map(({ id, friend }) => {
    const client = createChatClient({ url, session: { token: sign({ userId: id, sessionId: newId(), purpose: 'access', livesSeconds: 3_600 }) }, begin: 'beginning', transports: ['websocket'] });
    const state = { client, id, friend, received: 0, sent: 0, stored: 0, backAt: undefined, faults: [] };
    client.on('message', () => { state.received += 1; });
    client.on('state', (now) => { if (now === 'live') state.backAt ??= performance.now(); });
    client.on('fault', (fault) => { state.faults.push(fault); });
    client.on('sendRefused', ({ error }) => { state.faults.push(error); });
    return state;
  });
  for (let first = 0; first < clients.length; first += wave) {
    await Promise.all(clients.slice(first, first + wave).map(({ client }) => client.connect()));
    if (first % 1_000 === 0) say(`${first + wave} clients are connected`);
  }
  return clients;
};

/** Each sends once a second, at a moment of its own. */
const keepSending = (clients) => {
  const timers = clients.map((state) => {
    const send = () => {
      state.sent += 1;
      const { stored } = state.client.send({ to: state.friend, chatType: 'friend', message: 'one a second' });
      stored.then(() => { state.stored += 1; }, () => undefined);
    };
    const first = setTimeout(() => { timers.push(setInterval(send, 1_000)); send(); }, Math.random() * 1_000);
    return first;
  });
  return () => { for (const timer of timers) clearInterval(timer); };
};

const until = async (condition, withinMs, what) => {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline; await wait(100)) if (await condition()) return;
  throw new Error(`within ${withinMs / 1000} s it did not happen that ${what}`);
};

const folder = mkdtempSync(join(tmpdir(), 'reconnect-storm-'));
const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), settings: ['shared_preload_libraries=pg_stat_statements'] });
const database = new pg.Pool({ connectionString: postgres.url, max: 2 });
const settings = { DATABASE_URL: postgres.url, SECRET_KEY: secret, RATE_LIMIT_FACTOR: '0', DATA_DIR: join(folder, 'data') };
let product = await startProduct(settings);
const port = Number(new URL(product.url).port);
try {
  await database.query('create extension pg_stat_statements');
  const people = await makeFriends(database);
  const clients = await startClients(product.url, people);
  const stopSending = keepSending(clients);
  await wait(5_000);
  say('everybody sends; measuring before the drop');
  const watch = watchStatements(database);
  await wait(seconds * 1_000);

  const droppedAt = performance.now();
  for (const state of clients) state.backAt = undefined;
  if (given.drop === 'server') {
    await product.kill();
    product = await startProduct({ ...settings, PORT: String(port) });
    say(`the server was killed and serves again after ${((performance.now() - droppedAt) / 1000).toFixed(1)} s`);
  } else {
    say(`${dropSockets(port)} connections were cut`);
  }
  await until(() => clients.every(({ backAt }) => backAt !== undefined), backWithinMs, 'all clients were back');
  const backAfter = clients.map(({ backAt }) => (backAt - droppedAt) / 1000);
  say(`all are back after ${Math.max(...backAfter).toFixed(1)} s`);
  await wait(10_000);
  await watch.stop();
  stopSending();
  await until(() => clients.every(({ sent, stored }) => sent === stored), 60_000, 'everything was acknowledged');
  const { rows: [{ count: stored }] } = await database.query('select count(*)::int as count from messages');
  const expected = clients.reduce((sum, state) => sum + state.sent, 0);
  await until(() => clients.reduce((sum, state) => sum + state.received, 0) === 2 * stored, 60_000, 'everything arrived everywhere');

  const perSecond = (from, to) => watch.samples.filter(({ at }) => at > from && at <= to).map((sample) => sample.perSecond);
  const before = perSecond(0, droppedAt);
  const during = perSecond(droppedAt, droppedAt + Math.max(...backAfter) * 1_000 + 2_000);
  const faults = clients.flatMap((state) => state.faults);
  process.stdout.write(`${table(['', 'value'], [
    ['clients, each one message a second', clientCount],
    ['dropped', given.drop],
    ['back: median, 99 %, all', `${median(backAfter).toFixed(1)} s, ${percentile(backAfter, 0.99).toFixed(1)} s, ${Math.max(...backAfter).toFixed(1)} s`],
    ['statements a second before: median, most', `${median(before).toFixed(0)}, ${Math.max(...before).toFixed(0)}`],
    ['statements a second while they come back: median, most', `${median(during).toFixed(0)}, ${Math.max(...during).toFixed(0)}`],
    ['most while they come back, against the median before', `${(Math.max(...during) / median(before)).toFixed(2)} ×`],
    ['sent, stored, handed out to both', `${expected}, ${stored}, ${clients.reduce((sum, state) => sum + state.received, 0)}`],
    ['faults that clients told', faults.length],
  ])}\n`);
  if (faults.length > 0) say(`the first fault: ${JSON.stringify(faults[0])}`);
  await Promise.all(clients.map(({ client }) => client.close()));
} finally {
  await product.stop();
  await database.end();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
