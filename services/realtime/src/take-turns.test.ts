import { createGate } from './in-memory-messaging.fixture';
import { createTurns } from './take-turns';

describe('turns', () => {
  it('are taken so many at once, in the order of asking, and also after one that failed', async () => {
    const inTurn = createTurns(2, 10);
    const gates = Array.from({ length: 4 }, createGate);
    const begun: number[] = [];
    const works = gates.map(({ pass }, index) => inTurn(async () => {
      begun.push(index);
      await pass();
      if (index === 0) throw new Error('failed');
      return index;
    }));
    const failed = expect(works[0]).rejects.toThrow('failed');
    expect(begun).toEqual([0, 1]);
    gates[0]?.open();
    await failed;
    expect(begun).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    expect(await Promise.all(works.slice(1))).toEqual([1, 2, 3]);
    expect(await inTurn(async () => 'at once')).toBe('at once');
  });

  it('are refused when too many wait', async () => {
    const inTurn = createTurns(1, 1);
    const gate = createGate();
    const works = [inTurn(gate.pass), inTurn(gate.pass)];
    await expect(inTurn(gate.pass)).rejects.toMatchObject({ code: 'BUSY' });
    gate.open();
    await Promise.all(works);
  });
});
