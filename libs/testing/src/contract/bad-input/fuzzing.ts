import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { sizeFrom } from './watched-process';

/** Inputs of each endpoint and event; by hand 100,000. */
export const inputsOfEach = sizeFrom('FUZZ_INPUTS', 1_000);
/** Given again, it makes the same inputs again, up to the ids of the people in them. */
export const seed = sizeFrom('FUZZ_SEED', randomInt(2 ** 31));
/** After so many it is looked whether the caller is still somebody. */
const inputsOfRound = 50;
/** What nothing that a client sends may take, where nothing else is said. */
const longestMs = 1_000;
/** What took longer is tried again by itself, so often: it may have been the machine. */
const attemptsOfSlow = 6;
const shownFaults = 5;

export const rounds = Array.from({ length: Math.ceil(inputsOfEach / inputsOfRound) }, (_, round) => round);
/** The inputs of one round. */
export const sample = <Value>(arbitrary: fc.Arbitrary<Value>, round: number): Value[] =>
  fc.sample(arbitrary, { seed: seed + round, numRuns: Math.min(inputsOfRound, inputsOfEach - round * inputsOfRound) });

export const print = (line: string): void => { process.stdout.write(`${line}\n`); };
const shorten = (text: string): string => (text.length > 600 ? `${text.slice(0, 600)}… (${text.length})` : text);

/** How often each answer came, the most frequent first. */
const countAnswers = (codes: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([code, count]) => `${count} ${code}`).join(', ');
};

const timed = async <Answer>(work: () => Promise<Answer>): Promise<{ answer: Answer; tookMs: number }> => {
  const begun = performance.now();
  const answer = await work();
  return { answer, tookMs: performance.now() - begun };
};

/** What was sent, what came of it, and what took too long, of one endpoint or event. */
export interface Findings<Sent> {
  /** Sends one input, and notes it if it took too long. */
  sendTimed<Answer>(sent: Sent, send: (sent: Sent) => Promise<Answer>): Promise<Answer>;
  answered(code: string): void;
  fault(round: number, index: number, what: string, ...texts: readonly string[]): void;
  /** Tries again what took long: a fault is what takes long whenever it is tried. */
  endRound(round: number, send: (sent: Sent) => Promise<unknown>, textOf: (sent: Sent) => string): Promise<void>;
  /** Prints the answers by their number, and expects that there are as many as inputs and no faults. */
  expectNone(name: string): void;
}

export const createFindings = <Sent>(mayTakeMs = longestMs): Findings<Sent> => {
  const [codes, faults]: [string[], string[]] = [[], []];
  let suspects: Sent[] = [];
  const isSlow = async (sent: Sent, send: (sent: Sent) => Promise<unknown>): Promise<boolean> => {
    for (let attempt = 0; attempt < attemptsOfSlow; attempt += 1) if ((await timed(() => send(sent))).tookMs <= mayTakeMs) return false;
    return true;
  };
  return {
    async sendTimed(sent, send) {
      const { answer, tookMs } = await timed(() => send(sent));
      if (tookMs > mayTakeMs) suspects.push(sent);
      return answer;
    },
    answered: (code) => { codes.push(code); },
    fault: (round, index, what, ...texts) => { faults.push([`round ${round}, input ${index}: ${what}`, ...texts.map(shorten)].join('\n')); },
    async endRound(round, send, textOf) {
      for (const sent of suspects) if (await isSlow(sent, send)) faults.push(`round ${round}: it took more than ${mayTakeMs} ms each time\n${shorten(textOf(sent))}`);
      suspects = [];
    },
    expectNone(name) {
      print(`fuzz ${name}: ${codes.length} inputs: ${countAnswers(codes)}`);
      expectNoFaults(faults);
      expect(codes).toHaveLength(inputsOfEach);
    },
  };
};

export const expectNoFaults = (faults: readonly string[]): void => {
  expect({ seed, faults: faults.slice(0, shownFaults), more: Math.max(0, faults.length - shownFaults) }).toEqual({ seed, faults: [], more: 0 });
};
