import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from '../../run/own-processes.mjs';
import { freePort } from '../../run/stores.mjs';
import { accountsOf, host, password } from './accounts.mjs';
import { unpackedPackages } from './debian-packages.mjs';
import { untilAnswers } from './ejabberd.mjs';

const packages = ['prosody', 'lua-dbi-postgresql', 'lua5.4'];
const luaVersion = '5.4';

/** What chat with an archive needs, and no limits. Accounts lie in Prosody's own files, the archive in Postgres. */
const configuration = ({ folder, port, postgres }) => {
  const { hostname, port: postgresPort, username, password: postgresPassword } = new URL(postgres.url);
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/accounts"
log = { warn = "*console" }
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
s2s_ports = {}
http_ports = {}
https_ports = {}
modules_enabled = { "roster", "saslauth", "mam" }
modules_disabled = { "s2s", "tls", "offline" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = { archive = "sql" }
sql = { driver = "PostgreSQL", host = "${hostname}", port = ${postgresPort}, database = "chat", username = "${username}", password = "${postgresPassword}" }
default_archive_policy = true
VirtualHost "${host}"
`;
};

/** Prosody's file names: whatever is no letter or digit becomes its code. */
const encoded = (name) => name.replace(/[^A-Za-z0-9]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);

const writeAccounts = (folder, population) => {
  const accounts = join(folder, 'accounts', host, 'accounts');
  mkdirSync(accounts, { recursive: true });
  for (const id of accountsOf(population)) writeFileSync(join(accounts, `${encoded(id)}.dat`), `return { ["password"] = "${password}" };\n`);
};

/** Debian's program names its folders; here they lie elsewhere. */
const relocated = (folder, unpacked) => {
  const script = join(folder, 'prosody');
  const text = readFileSync(join(unpacked.folder, 'usr/bin/prosody'), 'utf8');
  writeFileSync(script, text.replaceAll('/usr/lib/prosody', join(unpacked.folder, 'usr/lib/prosody')));
  return script;
};

let unpacked;
let portNow;

export const prosody = {
  name: 'prosody', label: 'Prosody, archive in Postgres', protocol: 'xmpp', needs: { postgres: true },
  async prepare() { unpacked = await unpackedPackages('prosody', packages); },
  insertPopulation: async () => {},
  // Once for each of the two users.
  storedMessages: { table: 'prosodyarchive', rowsEach: 2 },
  makeUsers: (ids) => ids.map((id) => ({ id, password, host, port: portNow })),
  async start({ postgres, folder, isFirst, population }) {
    if (isFirst) writeAccounts(folder, population);
    const port = await freePort();
    portNow = port;
    const file = join(folder, 'prosody.cfg.lua');
    writeFileSync(file, configuration({ folder, port, postgres }));
    const share = join(unpacked.folder, 'usr/share/lua', luaVersion);
    const program = startProgram({
      name: 'prosody', command: join(unpacked.folder, 'usr/bin', `lua${luaVersion}`), cwd: folder, program: [relocated(folder, unpacked), '--config', file, '-F'],
      env: { LUA_PATH: `${share}/?.lua;${share}/?/init.lua;;`, LUA_CPATH: `${join(unpacked.libraries, 'lua', luaVersion)}/?.so;;`, LD_LIBRARY_PATH: unpacked.libraries },
    });
    program.died.catch(() => {});
    try {
      await untilAnswers(program, port);
    } catch (error) {
      await program.stop();
      throw error;
    }
    return { urls: [''], parts: [{ name: 'prosody', pid: program.pid }], died: program.died, stop: program.stop };
  },
};
