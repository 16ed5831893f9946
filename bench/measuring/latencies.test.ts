import { createLatencies } from './latencies.mjs';

/** What sorting all of them would say. */
const exact = (values: readonly number[], share: number): number => [...values].sort((one, other) => one - other)[Math.ceil(share * values.length) - 1] ?? 0;

describe('latencies', () => {
  it('says percentiles within one percent, from a hundredth of a millisecond to a minute', () => {
    const latencies = createLatencies();
    const values = Array.from({ length: 5_000 }, (_, index) => 0.011 * 1.0031 ** index).filter((ms) => ms < 60_000);
    for (const ms of [...values].reverse()) latencies.record(ms);
    for (const share of [0.01, 0.5, 0.9, 0.99, 0.999, 1]) {
      expect(Math.abs((latencies.percentile(share) ?? 0) / exact(values, share) - 1)).toBeLessThan(0.01);
    }
  });

  it('adds what other processes counted', () => {
    const [all, some, others] = [createLatencies(), createLatencies(), createLatencies()];
    for (const ms of [1, 2, 3]) some.record(ms);
    for (const ms of [100, 200]) others.record(ms);
    for (const part of [some, others]) all.add(JSON.parse(JSON.stringify(part)) as ReturnType<typeof part.toJSON>);
    expect(all.count).toBe(5);
    expect(all.percentile(1)).toBe(200);
    expect(all.percentile(0.6)).toBeCloseTo(3, 1);
  });

  it('knows nothing of what never happened', () => {
    expect(createLatencies().percentile(0.5)).toBeUndefined();
  });
});
