import { parseArgs } from 'node:util';
import { allFaultKinds, faultKinds, type FaultKind } from './faults/fault';

export interface Options {
  mode: 'faults' | 'mutants' | 'mails';
  seed: number;
  kinds: FaultKind[];
  messages: number;
  kills: number;
  users: number;
  /** Only this mutant. */
  mutant?: string;
}

const short = { messages: 20_000, kills: 3, users: 24 };
const long = { messages: 1_000_000, kills: 20, users: 48 };

export const usage = `npm run test:faults -- [options]

  (nothing)        the short form: ${short.messages} messages, every service, Redis and Postgres killed ${short.kills} times, every other fault, in 3 minutes
  --long           the long form: ${long.messages} messages, ${long.kills} kills of each
  --mutants        the product with one safeguard switched off, one after the other, until the checker catches each
  --mutant <name>  only this one
  --mails          the mail worker killed in the middle of SMTP, 100 times
  --faults a,b     only these faults (below); "none" for none
  --messages <n>   so many messages
  --kills <n>      so many kills of each service, Redis and Postgres (with --mails: of the worker)
  --users <n>      so many people, two devices each
  --seed <n>       the same choices again; without it a new one, which is printed
  --help           this

Faults:
${allFaultKinds.map((kind) => `  ${kind.padEnd(12)} ${faultKinds[kind]}`).join('\n')}
`;

const isFaultKind = (name: string): name is FaultKind => Object.hasOwn(faultKinds, name);

/** @throws Error that says what is wrong */
const numberOf = (name: string, text: string | undefined, otherwise: number): number => {
  const number = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`--${name} takes a whole number.`);
  return number;
};

const kindsOf = (text: string | undefined): FaultKind[] => {
  if (text === undefined) return allFaultKinds;
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    if (!isFaultKind(name)) throw new Error(`There is no fault "${name}". There are: ${allFaultKinds.join(', ')}.`);
    return name;
  });
};

/** @returns undefined when help was asked for. @throws Error that says what is wrong */
export const readOptions = (words: readonly string[]): Options | undefined => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      long: { type: 'boolean' }, mutants: { type: 'boolean' }, mutant: { type: 'string' }, mails: { type: 'boolean' }, faults: { type: 'string' },
      messages: { type: 'string' }, kills: { type: 'string' }, users: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' },
    },
  });
  if (values.help === true) return undefined;
  const form = values.long === true ? long : short;
  const mode = values.mails === true ? 'mails' : values.mutants === true || values.mutant !== undefined ? 'mutants' : 'faults';
  return {
    mode,
    seed: numberOf('seed', values.seed, Math.floor(Math.random() * 1_000_000)),
    kinds: kindsOf(values.faults),
    messages: numberOf('messages', values.messages, form.messages),
    kills: numberOf('kills', values.kills, mode === 'mails' ? 100 : form.kills),
    users: Math.max(8, numberOf('users', values.users, form.users)),
    ...(values.mutant === undefined ? {} : { mutant: values.mutant }),
  };
};
