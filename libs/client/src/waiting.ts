/** Full jitter: anything between 0 and what `failures` in a row have made of `baseMs`, never more than `capMs`. */
export const jitter = (baseMs: number, capMs: number, failures: number): number => Math.random() * Math.min(capMs, baseMs * 2 ** failures);

/** One timer: what is set anew takes the place of what was set before. */
export interface Alarm {
  set(afterMs: number, ring: () => void): void;
  clear(): void;
  isSet(): boolean;
}

export const createAlarm = (): Alarm => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const clear = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    set(afterMs, ring) {
      clear();
      timer = setTimeout(() => {
        timer = undefined;
        ring();
      }, afterMs);
    },
    clear,
    isSet: () => timer !== undefined,
  };
};
