import { median, summarise } from './summarise.mjs';

describe('the summary of repeats', () => {
  it('takes the middle one, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('says how far the repeats lie apart', () => {
    expect(summarise([100, 90, 120])).toEqual({ median: 100, spread: 0.3, values: [100, 90, 120] });
    expect(summarise([undefined, undefined])).toBeUndefined();
  });
});
