import jwt from 'jsonwebtoken';
import { startNodeServer } from '../node-server.mjs';

const secret = 'a secret of the relay, given as a string';

/** Who is in which group stands in the token, as the relay knows no database. */
const groupsOf = (population) => {
  const groups = new Map();
  for (const { id, members } of Object.values(population.groups)) for (const member of members) groups.set(member, [...(groups.get(member) ?? []), id]);
  return groups;
};

export const socketIoRelay = {
  name: 'socket.io', label: 'Socket.IO relay, nothing stored', protocol: 'socket.io', needs: {},
  insertPopulation: async () => {},
  makeUsers(users, population) {
    const groups = groupsOf(population);
    return users.map((id) => ({ id, token: jwt.sign({ sub: id, groups: groups.get(id) ?? [] }, secret, { expiresIn: '3h' }) }));
  },
  async start() {
    const server = await startNodeServer({ name: 'the relay', program: ['bench/peers/socket-io-relay/server.mjs'], env: { JWT_SECRET: secret } });
    return { urls: [`http://127.0.0.1:${server.port}`], parts: [{ name: 'node', pid: server.pid }], ask: server.ask, died: server.died, stop: server.stop };
  },
};
