import fc from 'fast-check';
import { createNumbers } from './numbers';

describe('numbers', () => {
  it('are a set that knows how far it is whole', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (given) => {
      const [numbers, set] = [createNumbers(), new Set<number>()];
      for (const number of given) {
        const isNew = numbers.add(number);
        if (isNew === set.has(number)) return false;
        set.add(number);
      }
      let upTo = 0;
      while (set.has(upTo + 1)) upTo += 1;
      return numbers.upTo === upTo && Array.from({ length: 42 }, (_, number) => number + 1).every((number) => numbers.has(number) === set.has(number));
    }));
  });
});
