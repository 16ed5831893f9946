import type { MadeCall } from './call';
import { callsDuring, countCalls } from './count-calls';

const call = (begunAt: number, endedAt: number, failure?: string): MadeCall =>
  ({ service: 'auth', name: 'login', connection: 'new', begunAt, endedAt, ...(failure === undefined ? {} : { failure }) });

describe('the calls of a time', () => {
  const calls = [call(0, 5), call(8, 12), call(12, 18, '503'), call(19, 40), call(50, 60)];

  it('are those that were under way in it, from their first moment to their last', () => {
    expect(callsDuring(calls, 10, 20)).toEqual([calls[1], calls[2], calls[3]]);
  });

  it('are counted, the failed ones too', () => {
    expect(countCalls(callsDuring(calls, 10, 20))).toEqual({ made: 3, failed: 1, worstMs: 21 });
    expect(countCalls([])).toEqual({ made: 0, failed: 0, worstMs: 0 });
  });
});
