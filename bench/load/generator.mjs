// One load generator, a process of its own. Its parent tells it what to do and asks what happened; without its parent it ends.
import { callRest } from './call-rest.mjs';
import { keyLength } from './fixed-text.mjs';
import { createMessagesUnderWay } from './messages-under-way.mjs';
import { sendAtFixedRate, sendInClosedLoop } from './send-messages.mjs';
import { connectSocketIo } from './socket-io-client.mjs';
import { connectXmpp } from './xmpp-client.mjs';

const protocols = { 'socket.io': { connect: connectSocketIo, acknowledges: true }, xmpp: { connect: connectXmpp, acknowledges: false } };
const generator = Number(process.argv[2]);
const clients = new Map();
let underWay;
let running;
let cpu = process.cpuUsage();
let sinceMs = performance.now();

const connect = async ({ protocol, users, atOnce }) => {
  underWay ??= createMessagesUnderWay({ generator, acknowledges: protocols[protocol].acknowledges });
  const waiting = [...users];
  const connectNext = async () => {
    for (let user = waiting.shift(); user !== undefined; user = waiting.shift()) {
      clients.set(user.id, await protocols[protocol].connect({ ...user, keyLength, onDelivery: underWay.onDelivery }));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, connectNext));
};

/** Senders by name become their clients. */
const withClients = (senders) => senders.map(({ from, ...sender }) => ({ ...sender, client: clients.get(from) }));

const begin = ({ senders, inFlight, perSecond, rest }) => {
  if (rest !== undefined) { running = callRest({ ...rest, inFlight }); return; }
  const sending = { senders: withClients(senders), underWay };
  const stop = senders.length === 0 ? () => {} : perSecond === undefined ? sendInClosedLoop({ ...sending, inFlight }) : sendAtFixedRate({ ...sending, perSecond });
  running = { takeFigures: underWay.takeFigures, stop };
};

/** What happened since the last time, and how much of one core this generator took meanwhile. */
const report = () => {
  const { user, system } = process.cpuUsage(cpu);
  const share = (user + system) / 1_000 / (performance.now() - sinceMs);
  cpu = process.cpuUsage();
  sinceMs = performance.now();
  return { ...running.takeFigures(), share };
};

/** Stops sending and waits for what is under way. @returns how many messages were not done in time */
const finish = async ({ withinMs }) => {
  await running.stop();
  for (const deadline = performance.now() + withinMs; underWay !== undefined && underWay.count > 0 && performance.now() < deadline;) await new Promise((resolve) => { setTimeout(resolve, 10); });
  return { unfinished: underWay?.count ?? 0, figures: report() };
};

const disconnect = () => {
  for (const client of clients.values()) client.close();
  clients.clear();
  underWay = undefined;
};

const commands = { connect, begin, report, finish, disconnect };
process.on('message', ({ id, command, options }) => {
  Promise.resolve().then(() => commands[command](options)).then(
    (result) => { process.send({ id, result }); },
    (error) => { process.send({ id, error: error.stack ?? String(error) }); },
  );
});
process.on('disconnect', () => { process.exit(0); });
