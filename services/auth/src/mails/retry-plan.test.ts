import { defaultRetry, pauseBeforeRetry } from './retry-plan';

describe('the pauses between attempts', () => {
  const pauses = (failures: number): number[] => Array.from({ length: failures }, (_, index) => pauseBeforeRetry(index + 1, defaultRetry.firstAfterMs));
  const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

  it('leave a mail with a code most of the ten minutes of its code', () => {
    expect(sumOf(pauses(defaultRetry.attempts - 1))).toBeLessThan(5 * 60_000);
  });

  it('are never longer than a quarter of an hour, however often it failed, nor short for that', () => {
    for (const pause of pauses(200).slice(10)) {
      expect(pause).toBeLessThanOrEqual(15 * 60_000);
      expect(pause).toBeGreaterThanOrEqual(12 * 60_000);
    }
  });
});
