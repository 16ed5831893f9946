// node bench/large-group.mjs: how long sending takes, until it is acknowledged, in a group of 10,000 against one of 10 (docs/measured/large-group.md).
// Starts a Postgres and the product of its own on loopback, in a temporary folder, and ends them. Progress on standard error, one table on standard output.
// Needs a built checkout (npm run build), and some minutes of a machine that does nothing else.
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { io } from 'socket.io-client';
import { startProduct } from './start-product.mjs';
import { percentile, ratio, table } from './figures.mjs';

const require = createRequire(import.meta.url);
const { migrate, migrationsFolder, startEmbeddedPostgres } = require('@chat-backend/database');
const { createTokenSigner, deriveKeys } = require('@chat-backend/service-kit');

const sizes = [10, 10_000];
const socketsInEach = 10;
const rounds = 5;
const messagesPerRound = 2_000;
const messagesInTurn = 50;
const warmUpMessages = 500;
const givesUpAfterMs = 15 * 60_000;
const answerWithinMs = 10_000;

const tell = (line) => { process.stderr.write(`${line}\n`); };

/** Users and memberships straight into the tables: joining one by one is another measurement. @returns the group and those of its members that connect */
const makeGroup = async (database, size) => {
  const groupId = randomUUID();
  const { rows } = await database.query(
    `insert into users (id, email, password_hash, pepper_id, is_verified, updated_at)
     select id, id || '@example.com', 'none', 'none', true, now() from (select gen_random_uuid() as id from generate_series(1, $1::int)) made returning id`, [size]);
  const members = rows.map(({ id }) => id);
  await database.query('insert into groups (id, name, owner_id) values ($1, $2, $3)', [groupId, `a group of ${size}`, members[0]]);
  await database.query(
    `insert into group_members (group_id, user_id, role) select $1, id, case when id = $2 then 'owner' else 'member' end::member_role from unnest($3::uuid[]) id`,
    [groupId, members[0], members]);
  return { size, groupId, connecting: members.slice(0, socketsInEach) };
};

const connect = (url, token) => new Promise((resolve, reject) => {
  const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, auth: { token } });
  socket.once('connect', () => { resolve(socket); }).once('connect_error', reject);
});

/** @returns what sends to the group, one message after the other, and what checks that everybody got what the others sent */
const enterGroup = async (url, signer, { size, groupId, connecting }) => {
  const tokenOf = (userId) => signer.sign({ userId, sessionId: randomUUID(), purpose: 'access', livesSeconds: 3_600 });
  const sockets = await Promise.all(connecting.map((userId) => connect(url, tokenOf(userId))));
  const received = sockets.map(() => 0);
  sockets.forEach((socket, index) => socket.on('newMessage', () => { received[index] += 1; }));
  let sent = 0;
  return {
    size, sockets,
    /** @returns the milliseconds that each took from emitting to its acknowledgement */
    async send(count) {
      const took = [];
      for (let index = 0; index < count; index += 1) {
        const socket = sockets[sent % sockets.length];
        const startedAt = performance.now();
        const reply = await socket.timeout(answerWithinMs).emitWithAck('sendMessage', { to: groupId, chatType: 'group', messageType: 'TEXT', message: `message ${sent + 1}` });
        took.push(performance.now() - startedAt);
        sent += 1;
        if (reply.seq !== sent) throw new Error(`message ${sent} of the group of ${size} was answered with ${JSON.stringify(reply)}`);
      }
      return took;
    },
    async everybodyGotAll() {
      const deadline = Date.now() + answerWithinMs;
      const expected = sockets.map((_, index) => sent - Math.floor((sent + sockets.length - 1 - index) / sockets.length));
      while (received.some((count, index) => count < expected[index])) {
        if (Date.now() > deadline) throw new Error(`in the group of ${size} arrived ${received}, expected ${expected}`);
        await pause(10);
      }
    },
  };
};

/** The groups take turns, each first as often as second, so that what else happens on the machine meets both. */
const measureRound = async (groups) => {
  const took = new Map(groups.map(({ size }) => [size, []]));
  for (let turn = 0; turn < messagesPerRound / messagesInTurn; turn += 1) {
    for (const group of turn % 2 === 0 ? groups : groups.toReversed()) took.get(group.size).push(...await group.send(messagesInTurn));
  }
  return took;
};

/** @returns for each round, what each message took in the group of each size */
const measure = async (groups) => {
  for (const group of groups) await group.send(warmUpMessages);
  const measured = [];
  for (let round = 1; round <= rounds; round += 1) {
    const took = await measureRound(groups);
    measured.push(took);
    const figures = [...took].map(([size, each]) => `group of ${size}: median ${percentile(each, 50).toFixed(2)} ms, p99 ${percentile(each, 99).toFixed(2)} ms`);
    tell(`round ${round} of ${rounds}, ${figures.join('; ')}`);
  }
  for (const group of groups) await group.everybodyGotAll();
  return measured;
};

const report = (measured) => {
  const [small, large] = sizes;
  const line = (name, few, many) => [
    name, percentile(few, 50).toFixed(2), percentile(many, 50).toFixed(2), ratio(percentile(many, 50), percentile(few, 50)),
    percentile(few, 99).toFixed(2), percentile(many, 99).toFixed(2), ratio(percentile(many, 99), percentile(few, 99)),
  ];
  return table(
    ['round', `median of ${small}, ms`, `median of ${large}, ms`, 'ratio', `p99 of ${small}, ms`, `p99 of ${large}, ms`, 'ratio'],
    [...measured.map((took, index) => line(String(index + 1), took.get(small), took.get(large))),
      line('all', measured.flatMap((took) => took.get(small)), measured.flatMap((took) => took.get(large)))]);
};

/** What is started, or about to be, is let go of in the opposite order, whatever happens. */
const letGo = [];
const hold = (starting, stop) => {
  letGo.push(() => starting.then(stop, () => undefined));
  return starting;
};
const cleanUp = async () => { for (const stop of letGo.splice(0).reverse()) await stop(); };

const openDatabase = async (url) => {
  await migrate(url, migrationsFolder);
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  return database;
};

const run = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'large-group-'));
  // Started by root, Postgres runs as another user: let through, it keeps its data here, and they go with the folder.
  chmodSync(folder, 0o711);
  letGo.push(async () => { rmSync(folder, { recursive: true, force: true }); });
  tell('starting Postgres and the product');
  const postgres = await hold(startEmbeddedPostgres({ folder: join(folder, 'postgres') }), (started) => started.stop());
  const database = await hold(openDatabase(postgres.url), (opened) => opened.end());
  const secretKey = randomBytes(32).toString('hex');
  const env = { DATABASE_URL: postgres.url, SECRET_KEY: secretKey, DATA_DIR: join(folder, 'data'), RATE_LIMIT_FACTOR: '0' };
  const product = await hold(startProduct(env), (started) => started.stop());

  const made = [];
  for (const size of sizes) made.push(await makeGroup(database, size));
  await database.query('analyze');
  const signer = createTokenSigner(deriveKeys(secretKey).tokens[0]);
  const groups = [];
  for (const group of made) groups.push(await hold(enterGroup(product.url, signer, group), ({ sockets }) => { for (const socket of sockets) socket.disconnect(); }));
  return report(await measure(groups));
};

const stopped = new Promise((_resolve, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => { reject(new Error(`stopped by ${signal}`)); });
  setTimeout(() => { reject(new Error(`not done within ${givesUpAfterMs / 60_000} minutes`)); }, givesUpAfterMs).unref();
});
try {
  process.stdout.write(`${await Promise.race([run(), stopped])}
`);
} catch (error) {
  tell(error.message);
  process.exitCode = 1;
}
await cleanUp();
// What was under way when it was stopped ends here.
process.exit();
