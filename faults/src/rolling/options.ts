import { parseArgs } from 'node:util';

export interface RollingOptions { restarts: number; users: number; seed: number }

const restartsInShort = 3;
const usersInShort = 24;
/** Half of them come when processes were added: to each of these somebody must. */
const fewestUsers = 12;

export const usage = `npm run test:rolling -- [options]

  (nothing)        haproxy in front of two gateways and one realtime process, under load: two more are added, all three drained, one killed; then
                   ${restartsInShort} rolling restarts of every service, two processes each. No call may fail, no message be lost, doubled or reordered
  --restarts <n>   so many rolling restarts of each service
  --users <n>      so many people, two devices each; at least ${fewestUsers}
  --seed <n>       the same choices again; without it a new one, which is printed
  --help           this

haproxy is taken from the PATH or, where it is not installed, from Debian's package, without being root.
`;

/** @throws Error that says what is wrong */
const numberOf = (name: string, text: string | undefined, otherwise: number, least: number): number => {
  const number = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(number) || number < least) throw new Error(`--${name} takes a whole number from ${least}.`);
  return number;
};

/** @returns undefined when help was asked for. @throws Error that says what is wrong */
export const readRollingOptions = (words: readonly string[]): RollingOptions | undefined => {
  const { values } = parseArgs({
    args: [...words],
    options: { restarts: { type: 'string' }, users: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) return undefined;
  return {
    restarts: numberOf('restarts', values.restarts, restartsInShort, 1),
    users: numberOf('users', values.users, usersInShort, fewestUsers),
    seed: numberOf('seed', values.seed, Math.floor(Math.random() * 1_000_000), 0),
  };
};
