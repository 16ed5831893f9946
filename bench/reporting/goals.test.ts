import { judgeGoals } from './goals.mjs';

const result = (peer: string, workload: string, cpuMicros: number) => ({ peer, workload, figures: { cpuMicros: { median: cpuMicros } } });

describe('the goals', () => {
  it('are judged in their own direction, and only where both sides were measured', () => {
    const judged = judgeGoals([result('one-process', 'W1x10', 100), result('monolith-pg', 'W1x10', 720), result('socket.io', 'W1x10', 90)]);
    expect(judged.map(({ goal, measured, met }) => ({ goal, measured, met }))).toEqual([
      { goal: 8, measured: 7.2, met: false }, { goal: 1.2, measured: 100 / 90, met: true },
    ]);
    expect(judged[0]?.missedBy).toBeCloseTo(0.1);
  });
});
