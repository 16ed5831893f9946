/** Tells on standard error how far a run is; standard output is for the report. */
export interface Progress {
  say(what: string): void;
  goal(goal: { messages: number; faults: number }): void;
  sent(messages: number): void;
  fault(number: number, what: string): void;
}

const everyMs = 5_000;

export const createProgress = (prefix = ''): Progress => {
  const begun = Date.now();
  let toldAt = 0;
  let goal = { messages: 0, faults: 0 };
  let sent = 0;
  let faults = 0;
  let last = '';
  const write = (text: string): void => {
    toldAt = Date.now();
    process.stderr.write(`${prefix}${Math.round((toldAt - begun) / 1000)} s: ${text}\n`);
  };
  const tell = (): void => {
    if (Date.now() - toldAt < everyMs) return;
    write(`${sent} of ${goal.messages} messages sent, ${faults} of ${goal.faults} faults${last === '' ? '' : `, the last: ${last}`}`);
  };
  return {
    say: write,
    goal(given) { goal = given; },
    sent(messages) { sent = messages; tell(); },
    fault(number, what) { faults = number; last = what; tell(); },
  };
};
