import { readRollingOptions, usage } from './options';

describe('the options of the rolling restarts', () => {
  it('are those of CI when none are given, with a seed of their own', () => {
    expect(readRollingOptions([])).toEqual({ restarts: 3, users: 24, seed: expect.any(Number) as number });
  });

  it('are taken, and are all in the help', () => {
    expect(readRollingOptions(['--restarts', '20', '--users', '48', '--seed', '7'])).toEqual({ restarts: 20, users: 48, seed: 7 });
    expect(readRollingOptions(['--help'])).toBeUndefined();
    for (const name of ['restarts', 'users', 'seed', 'help']) expect(usage).toContain(`--${name}`);
  });

  it('say what is wrong', () => {
    expect(() => readRollingOptions(['--restarts', '0'])).toThrow('--restarts takes a whole number from 1');
    expect(() => readRollingOptions(['--users', '3'])).toThrow('--users takes a whole number from 12');
    expect(() => readRollingOptions(['--unheard'])).toThrow();
  });
});
