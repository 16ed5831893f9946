/** Outbox entries whose messages have left: messaging deletes them with a later batch. */
export interface PushedEntries {
  readonly size: number;
  add(outboxId: string): void;
  /** Some of them, to be named in a call; put back what the call did not bring there. */
  take(): string[];
}

const namedAtOnce = 500;
/** More than this are left to messaging's sweep, which announces them once more. */
const atMost = 10_000;

export const createPushedEntries = (): PushedEntries => {
  const entries: string[] = [];
  return {
    get size() { return entries.length; },
    add(outboxId) { if (entries.length < atMost) entries.push(outboxId); },
    take: () => entries.splice(0, namedAtOnce),
  };
};
