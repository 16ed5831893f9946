import { createSchedule } from './schedule.mjs';

describe('a schedule', () => {
  it('names each moment once, evenly, from its start', () => {
    const schedule = createSchedule(500, 1_000);
    expect(schedule.due(999)).toEqual([]);
    expect(schedule.due(1_000)).toEqual([1_000]);
    expect(schedule.due(1_005)).toEqual([1_002, 1_004]);
    expect(schedule.due(1_005)).toEqual([]);
  });

  it('keeps the moments of a stall: what was late is charged from when it was due', () => {
    const schedule = createSchedule(1_000, 0);
    schedule.due(0);
    const late = schedule.due(2_000);
    expect(late).toHaveLength(2_000);
    expect(late[0]).toBeCloseTo(1);
    expect(late.at(-1)).toBeCloseTo(2_000);
  });

  it('does not drift over a long run', () => {
    const schedule = createSchedule(3_000, 0);
    let count = 0;
    for (let now = 0; now <= 60_000; now += 7) count += schedule.due(now).length;
    expect(count).toBe(Math.floor(59_997 * 3) + 1);
  });
});
