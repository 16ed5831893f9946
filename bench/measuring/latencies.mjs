/** Each bucket is one percent wider than the one below; the first ends at a hundredth of a millisecond. */
const growth = 1.01;
const smallestMs = 0.01;
const logOfGrowth = Math.log(growth);

const bucketOf = (ms) => (ms <= smallestMs ? 0 : Math.ceil(Math.log(ms / smallestMs) / logOfGrowth));
/** The middle of a bucket. */
const valueOf = (bucket) => (bucket === 0 ? smallestMs : smallestMs * growth ** (bucket - 0.5));

/** Counts latencies in a bounded space, so that a long run keeps every one of them. Percentiles are right within one percent. */
export const createLatencies = () => {
  const counts = new Map();
  let count = 0;
  let longest = 0;
  return {
    get count() { return count; },
    record(ms) {
      const bucket = bucketOf(ms);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
      count += 1;
      if (ms > longest) longest = ms;
    },
    /** What another process can add to its own. */
    toJSON: () => ({ counts: [...counts], longest }),
    add({ counts: others, longest: otherLongest }) {
      for (const [bucket, number] of others) {
        counts.set(bucket, (counts.get(bucket) ?? 0) + number);
        count += number;
      }
      longest = Math.max(longest, otherLongest);
    },
    /** The latency that this share (0 to 1) of all does not exceed; undefined when there is none. */
    percentile(share) {
      if (count === 0) return undefined;
      let left = Math.max(1, Math.ceil(share * count));
      for (const [bucket, number] of [...counts].sort(([one], [other]) => one - other)) {
        left -= number;
        if (left <= 0) return Math.min(valueOf(bucket), longest);
      }
      return longest;
    },
  };
};
