import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { startProgram } from '../../run/own-processes.mjs';
import { freePort } from '../../run/stores.mjs';
import { host, password, accountsOf } from './accounts.mjs';
import { unpackedPackages } from './debian-packages.mjs';

const readyWithinMs = 60_000;
const packages = ['ejabberd', 'erlang-p1-pgsql'];

/** What chat with an archive needs, and no shaper: ejabberd's example settings hold a client to a few messages a second. */
const configuration = ({ port, postgres }) => {
  const { hostname, port: postgresPort, username, password: postgresPassword } = new URL(postgres.url);
  return `
hosts: ["${host}"]
loglevel: warning
listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    max_stanza_size: 262144
    shaper: none
    access: all
auth_method: sql
auth_password_format: plain
sql_type: pgsql
sql_server: "${hostname}"
sql_port: ${postgresPort}
sql_database: "chat"
sql_username: "${username}"
sql_password: "${postgresPassword}"
sql_pool_size: 10
default_db: sql
modules:
  mod_roster: {}
  mod_mam:
    default: always
    db_type: sql
`;
};

const answers = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => { socket.destroy(); resolve(true); });
  socket.once('error', () => { resolve(false); });
});

/** @throws Error with the program's last words when it ends instead, or does not take connections in time */
export const untilAnswers = async (program, port) => {
  const ready = async () => {
    for (const deadline = Date.now() + readyWithinMs; Date.now() < deadline; await wait(100)) if (await answers(port)) return;
    throw new Error(`it takes no connections:\n${program.lastWords()}`);
  };
  await Promise.race([ready(), program.died]);
};

/** ejabberd's own schema, and an account for everybody. */
const createTables = async (postgres, sqlFile, population) => {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    await client.query(readFileSync(sqlFile, 'utf8'));
    await client.query('insert into users (username, password) select unnest($1::text[]), $2', [accountsOf(population), password]);
  } finally {
    await client.end();
  }
};

let unpacked;
let portNow;

export const ejabberd = {
  name: 'ejabberd', label: 'ejabberd, archive in Postgres', protocol: 'xmpp', needs: { postgres: true },
  async prepare() { unpacked = await unpackedPackages('ejabberd', packages); },
  insertPopulation: async () => {},
  // Once for each of the two users.
  storedMessages: { table: 'archive', rowsEach: 2 },
  makeUsers: (ids) => ids.map((id) => ({ id, password, host, port: portNow })),
  async start({ postgres, folder, isFirst, population }) {
    if (isFirst) await createTables(postgres, join(unpacked.folder, 'usr/share/ejabberd/sql/pg.sql'), population);
    const port = await freePort();
    portNow = port;
    const file = join(folder, 'ejabberd.yml');
    writeFileSync(file, configuration({ port, postgres }));
    const erlang = join(unpacked.folder, 'usr/lib/erlang');
    const binaries = join(erlang, readdirSync(erlang).find((name) => name.startsWith('erts-')) ?? '', 'bin');
    const home = join(folder, 'home');
    if (!existsSync(home)) mkdirSync(home);
    const program = startProgram({
      name: 'ejabberd', command: join(binaries, 'erlexec'), cwd: folder,
      // As ejabberdctl starts it; without busy waiting, which would be counted as work.
      program: ['+K', 'true', '+P', '250000', '+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none', '-noinput', '-mnesia', 'dir', `"${join(folder, 'mnesia')}"`, '-s', 'ejabberd'],
      env: {
        ROOTDIR: erlang, BINDIR: binaries, EMU: 'beam', PROGNAME: 'erl', HOME: home, ERL_LIBS: unpacked.libraries, LD_LIBRARY_PATH: unpacked.libraries,
        EJABBERD_CONFIG_PATH: file, EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
      },
    });
    program.died.catch(() => {});
    try {
      await untilAnswers(program, port);
    } catch (error) {
      await program.stop();
      throw error;
    }
    return { urls: [''], parts: [{ name: 'ejabberd', pid: program.pid }], died: program.died, stop: program.stop };
  },
};
