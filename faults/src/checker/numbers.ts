/** Numbers from 1 on, most of them without a gap: only what is beyond the first gap takes room. */
export interface Numbers {
  /** @returns whether it is new */
  add(number: number): boolean;
  has(number: number): boolean;
  /** Every number up to this one is there. */
  readonly upTo: number;
}

export const createNumbers = (): Numbers => {
  const beyond = new Set<number>();
  let upTo = 0;
  const has = (number: number): boolean => number <= upTo || beyond.has(number);
  return {
    has,
    get upTo() { return upTo; },
    add(number) {
      if (has(number)) return false;
      beyond.add(number);
      while (beyond.delete(upTo + 1)) upTo += 1;
      return true;
    },
  };
};
