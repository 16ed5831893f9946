import { parseArgs } from 'node:util';
import { peers, peersByDefault } from '../peers/index.mjs';
import { workloads } from '../workloads/index.mjs';
import { oneProcess } from '../peers/chat-backend/adapter.mjs';
import { pairsTenInFlight } from '../workloads/w1-pairs.mjs';

export const usage = `Usage: npm run bench -- [options]

Compares Chat Backend with what people run today, on this machine: CPU for each message, delivery, connection and read.
The table goes to standard output, all figures to bench/results/<date>.json, progress to standard error. bench/README.md explains each figure.

  --quick            every workload once and short, in two to three minutes: to see that it works, not to quote
  --only <workload>  only the workload of this name, or those whose names begin so (repeatable): ${workloads.map(({ name }) => name).join(', ')}
  --peer <name>      only these (repeatable): ${peers.map(({ name }) => name).join(', ')}
  --repeats <n>      how often each workload is run for each peer, the peers taking turns (default 3)
  --generators <n>   processes that make the load (default 2)
  --profile          instead: where the one process spends its CPU under W1x10, or under the workload that --only names, by function and by file
  --help             this text`;

/** @throws Error that says what is wrong with the command line */
const number = (name, text, most) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) throw new Error(`--${name} must be a number from 1 to ${most}`);
  return value;
};

const known = (what, names, given) => {
  const unknown = given.filter((one) => !names.some((name) => name.toLowerCase().startsWith(one.toLowerCase())));
  if (unknown.length > 0) throw new Error(`There is no ${what} ${unknown.join(', ')}. There are: ${names.join(', ')}`);
};

const same = (one, other) => one.toLowerCase() === other.toLowerCase();
/** A whole name names itself alone, also where another one begins so. */
const isNamed = (name, given) =>
  (workloads.some((workload) => same(workload.name, given)) ? same(name, given) : name.toLowerCase().startsWith(given.toLowerCase()));

/** @throws Error when the one process has no part in it, or it is not one */
const workloadToProfile = (chosen) => {
  const [workload, another] = chosen.filter(({ only }) => only(oneProcess));
  if (workload === undefined || another !== undefined) throw new Error('--profile takes one workload of the one process: name it with --only');
  return workload;
};

/** @throws Error that says what is wrong with the command line */
export const readOptions = (commandLine) => {
  const many = { type: 'string', multiple: true };
  const { values } = parseArgs({
    args: commandLine,
    options: {
      quick: { type: 'boolean', default: false }, only: many, peer: many, repeats: { type: 'string' }, generators: { type: 'string', default: '2' },
      profile: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  });
  const { quick, profile, help, only = [], peer = peersByDefault } = values;
  known('workload', workloads.map(({ name }) => name), only);
  const unknownPeers = peer.filter((name) => peers.every((one) => one.name !== name));
  if (unknownPeers.length > 0) throw new Error(`There is no peer ${unknownPeers.join(', ')}. There are: ${peers.map(({ name }) => name).join(', ')}`);
  const chosen = only.length === 0 ? workloads : workloads.filter(({ name }) => only.some((one) => isNamed(name, one)));
  return {
    quick, help,
    ...(profile ? { profile: workloadToProfile(only.length === 0 ? [pairsTenInFlight] : chosen) } : {}),
    generators: number('generators', values.generators, 16),
    repeats: number('repeats', values.repeats ?? (quick ? '1' : '3'), 20),
    peers: peers.filter(({ name }) => peer.includes(name)),
    workloads: chosen,
  };
};
