import { createPacedSteps } from './paced-steps';

/** Steps that are done at once, of at most ten, and what they took when. */
const record = (): { comes: (count: number) => void; steps: { count: number; at: number }[]; reached: (steps: number) => Promise<void> } => {
  let waiting = 0;
  const steps: { count: number; at: number }[] = [];
  const wake = createPacedSteps(() => waiting, 10, async () => {
    const count = Math.min(10, waiting);
    waiting -= count;
    steps.push({ count, at: performance.now() });
    return count;
  });
  return {
    steps,
    comes(count) {
      waiting += count;
      wake();
    },
    reached: async (count) => { while (steps.length < count) await new Promise((resolve) => { setImmediate(resolve); }); },
  };
};

describe('paced steps', () => {
  it('begin at once when nothing is under way, one by one', async () => {
    const { comes, steps, reached } = record();
    for (let number = 1; number <= 3; number += 1) {
      comes(1);
      await reached(number);
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    expect(steps.map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it('take together who comes a moment after a step for several, a tenth of a second later', async () => {
    const { comes, steps, reached } = record();
    comes(5);
    comes(7);
    comes(2);
    await reached(2);
    expect(steps.map(({ count }) => count)).toEqual([5, 9]);
    expect((steps[1]?.at ?? 0) - (steps[0]?.at ?? 0)).toBeGreaterThan(90);
  });

  it('do not wait while enough for a whole step are there', async () => {
    const { comes, steps, reached } = record();
    comes(1_000);
    await reached(100);
    expect((steps[99]?.at ?? 0) - (steps[0]?.at ?? 0)).toBeLessThan(1_000);
  });
});
