import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { owned, stopOwned } from './own-things.mjs';
import { startPostgres, startRedis } from './stores.mjs';
import { startGenerators } from '../load/generators.mjs';

const times = { quick: { warmUpMs: 1_000, windowMs: 2_500 }, full: { warmUpMs: 2_000, windowMs: 5_000 } };

const fill = async (peer, postgres, population) => {
  if (postgres === undefined) return;
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    await peer.insertPopulation(client, population);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
};

const startServer = async (peer, { folder, isFirst, population }) => {
  const home = join(folder, peer.name);
  mkdirSync(home, { recursive: true });
  const postgres = peer.needs.postgres ? owned(await startPostgres(home)) : undefined;
  const redis = peer.needs.redis ? owned(await startRedis(home)) : undefined;
  const started = owned(await peer.start({ postgres, redis, folder: home, isFirst, population }));
  if (isFirst) await fill(peer, postgres, population);
  const stores = [['postgres', postgres], ['redis', redis]].flatMap(([name, store]) => (store === undefined ? [] : [{ name, pid: store.pid }]));
  return { postgres, server: { ...started, parts: [...started.parts, ...stores] } };
};

/** How many messages the peer says it has stored; undefined where it stores none. */
const countStored = async ({ peer, postgres }) => {
  if (peer.storedMessages === undefined) return undefined;
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    const { table, rowsEach } = peer.storedMessages;
    const { rows: [{ exists }] } = await client.query('select to_regclass($1) is not null as exists', [table]);
    // A peer that makes its tables when it first needs them has none before.
    if (!exists) return 0;
    const { rows: [{ rows }] } = await client.query(`select count(*)::int as rows from ${table}`);
    return rows / rowsEach;
  } finally {
    await client.end();
  }
};

/** @throws Error when messages were done that are not stored: figures of such a run would mean nothing */
const runAndCount = async (workload, turn) => {
  const before = await countStored(turn);
  const measured = await workload.run(turn);
  const stored = await countStored(turn) - before;
  if (workload.stores && stored < measured.done) throw new Error(`${measured.done} messages were done and only ${stored} are stored`);
  return measured;
};

/** One workload. What fails is a result, too, and does not keep the others from being measured. */
const runWorkload = async (workload, turn) => {
  try {
    return await Promise.race([runAndCount(workload, turn), turn.server.died]);
  } catch (error) {
    await turn.generators.disconnect().catch(() => {});
    return { error: error.message };
  }
};

/**
 * A peer's turn: it is started with stores of its own, every workload is run, all of it is stopped. Only its database is kept until its next turn.
 * @param onMeasured hears of each result
 */
export const runTurn = async ({ peer, workloads, population, folder, isFirst, quick, generatorCount, onMeasured }) => {
  try {
    const { server, postgres } = await startServer(peer, { folder, isFirst, population });
    const generators = owned(startGenerators(generatorCount));
    const turn = { peer, server, postgres, generators, population, times: () => (quick ? times.quick : times.full) };
    for (const workload of workloads) onMeasured(workload, await runWorkload(workload, turn));
  } finally {
    await stopOwned();
  }
};
