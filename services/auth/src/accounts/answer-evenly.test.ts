import { setTimeout as wait } from 'node:timers/promises';
import { answerEvenly } from './answer-evenly';

describe('an even answer', () => {
  const timeOf = async (work: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await answerEvenly(work).catch(() => undefined);
    return performance.now() - begun;
  };

  it('takes its time also when it is a refusal', async () => {
    expect(await timeOf(async () => undefined)).toBeGreaterThan(95);
    expect(await timeOf(() => Promise.reject(new Error('refused')))).toBeGreaterThan(95);
  });

  it('takes as long as slow ones took lately, and hands on what the work came to', async () => {
    await answerEvenly(() => wait(600));
    expect(await timeOf(async () => undefined)).toBeGreaterThan(400);
    expect(await answerEvenly(async () => 'answered')).toBe('answered');
    await expect(answerEvenly(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });
});
