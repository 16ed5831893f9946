import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import { createBoundedQueue } from './bounded-queue';

describe('the bounded queue', () => {
  it('runs no more than its slots at one time, in order, and refuses what finds no place', async () => {
    const queue = createBoundedQueue({ slots: 1, places: 2 });
    const begun: number[] = [];
    const finish: (() => void)[] = [];
    const task = (number: number) => () => new Promise<number>((resolve) => { begun.push(number); finish.push(() => { resolve(number); }); });

    const results = [queue.run(task(1)), queue.run(task(2)), queue.run(task(3))];
    await expect(queue.run(task(4))).rejects.toMatchObject({ code: 'BUSY', status: 503 });
    expect(begun).toEqual([1]);
    for (const [index, result] of results.entries()) {
      finish[index]?.();
      expect(await result).toBe(index + 1);
      await turnOfTheEventLoop();
    }
    expect(begun).toEqual([1, 2, 3]);
  });

  it('gives the slot of a task that failed to the next', async () => {
    const queue = createBoundedQueue({ slots: 1, places: 1 });
    const failing = queue.run(() => Promise.reject(new Error('no')));
    const next = queue.run(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});
