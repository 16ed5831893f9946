import type { ChatMessage } from '@chat-backend/client';

/** Messages of one chat by rising `seq`, without a gap. */
export type Run = readonly ChatMessage[];

const firstSeqOf = (run: Run): number => run[0]?.seq ?? Number.POSITIVE_INFINITY;
export const lastSeqOf = (run: Run): number => run.at(-1)?.seq ?? 0;

/** Whether `page` goes on where `run` is, above or below, or overlaps with it. */
export const connects = (run: Run, page: Run): boolean =>
  run.length === 0 || page.length === 0 || (firstSeqOf(page) <= lastSeqOf(run) + 1 && lastSeqOf(page) >= firstSeqOf(run) - 1);

/** Both as one. A message stands there once, as it was changed last. */
export const mergeRuns = (run: Run, page: Run): Run => {
  const bySeq = new Map(run.map((message) => [message.seq, message]));
  for (const message of page) {
    const before = bySeq.get(message.seq);
    if (before === undefined || before.revision < message.revision) bySeq.set(message.seq, message);
  }
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
};

export interface Taken {
  run: Run;
  /** What cannot be shown yet: something before it is missing. */
  left: ChatMessage[];
}

/** What came by itself: the next is added, what is there is replaced by what it has become, what is above is left out, what jumps is left. */
export const takeMessages = (run: Run, messages: Iterable<ChatMessage>): Taken => {
  const next = [...run];
  const left: ChatMessage[] = [];
  for (const message of [...messages].sort((one, other) => one.seq - other.seq)) {
    const at = message.seq - firstSeqOf(next);
    const before = next[at];
    if (before !== undefined) {
      if (before.revision < message.revision) next[at] = message;
    } else if (message.seq === lastSeqOf(next) + 1) next.push(message);
    else if (message.seq > lastSeqOf(next)) left.push(message);
  }
  return { run: next, left };
};
