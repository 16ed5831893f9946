import { spawnSync } from 'node:child_process';
import jwt from 'jsonwebtoken';
import { root } from '../../../scripts/start/root.mjs';
import { startNodeServer } from '../node-server.mjs';
import { insertPopulation } from './insert-population.mjs';

const secret = 'a secret of the monolith, given as a string';

const monolith = ({ name, label, library, prepare = () => {} }) => ({
  name, label, protocol: 'socket.io', needs: { postgres: true },
  insertPopulation,
  storedMessages: { table: 'messages', rowsEach: 1 },
  makeUsers: (users) => users.map((id) => ({ id, token: jwt.sign({ sub: id }, secret, { expiresIn: '3h' }) })),
  prepare,
  async start({ postgres }) {
    const server = await startNodeServer({ name: label, program: ['bench/peers/monolith/server.mjs', library], env: { JWT_SECRET: secret, DATABASE_URL: postgres.url } });
    const url = `http://127.0.0.1:${server.port}`;
    return { urls: [url], restUrl: url, parts: [{ name: 'node', pid: server.pid }], ask: server.ask, died: server.died, stop: server.stop };
  },
});

/** Prisma's client is made for the monolith's own schema. Naming a file that exists as the engine keeps the command off the network. */
const generateClient = () => {
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' };
  const { status, stderr, stdout } = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate', '--no-hints', '--schema', 'bench/peers/monolith/schema.prisma'], { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Prisma's client could not be generated:\n${stdout}${stderr}`);
};

export const monolithOnPg = monolith({ name: 'monolith-pg', label: 'Typical monolith on pg', library: 'pg' });
export const monolithOnPrisma = monolith({ name: 'monolith-prisma', label: 'Typical monolith on Prisma', library: 'prisma', prepare: generateClient });
