import { allFaultKinds } from './faults/fault';
import { readOptions, usage } from './options';

describe('the options', () => {
  it('are the short form when none are given, with a seed of their own', () => {
    expect(readOptions([])).toEqual({ mode: 'faults', kinds: allFaultKinds, messages: 20_000, kills: 3, users: 24, seed: expect.any(Number) as number });
  });

  it('choose form, faults and numbers', () => {
    expect(readOptions(['--long', '--seed', '7'])).toMatchObject({ messages: 1_000_000, kills: 20, seed: 7 });
    expect(readOptions(['--faults', 'kill,flush', '--messages', '500'])).toMatchObject({ kinds: ['kill', 'flush'], messages: 500 });
    expect(readOptions(['--faults', 'none'])).toMatchObject({ kinds: [] });
    expect(readOptions(['--mails'])).toMatchObject({ mode: 'mails', kills: 100 });
    expect(readOptions(['--mutant', 'outbox-off'])).toMatchObject({ mode: 'mutants', mutant: 'outbox-off' });
  });

  it('say what is wrong', () => {
    expect(() => readOptions(['--faults', 'earthquake'])).toThrow('There is no fault "earthquake"');
    expect(() => readOptions(['--messages', 'many'])).toThrow('--messages takes a whole number');
    expect(() => readOptions(['--unheard'])).toThrow();
  });

  it('are all in the help', () => {
    expect(readOptions(['--help'])).toBeUndefined();
    for (const kind of allFaultKinds) expect(usage).toContain(`\n  ${kind} `);
  });
});
