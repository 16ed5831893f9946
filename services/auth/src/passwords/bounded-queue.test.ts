import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import { createBoundedQueue } from './bounded-queue';

describe('the bounded queue', () => {
  it('runs no more than its slots at one time, in order, and refuses what finds no place', async () => {
    const queue = createBoundedQueue({ slots: 1, places: 2, waitMs: 60_000 });
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
    const queue = createBoundedQueue({ slots: 1, places: 1, waitMs: 60_000 });
    const failing = queue.run(() => Promise.reject(new Error('no')));
    const next = queue.run(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });

  it('refuses who has waited for too long, and goes on with who comes later', async () => {
    const queue = createBoundedQueue({ slots: 1, places: 1, waitMs: 20 });
    let finish = (): void => {};
    const first = queue.run(() => new Promise<string>((resolve) => { finish = () => { resolve('first'); }; }));
    await expect(queue.run(() => Promise.resolve('late'))).rejects.toMatchObject({ code: 'BUSY', details: { retryAfterSeconds: 2 } });
    const later = queue.run(() => Promise.resolve('later'));
    finish();
    expect([await first, await later]).toEqual(['first', 'later']);
  });
});
