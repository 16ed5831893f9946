/**
 * The moments of a fixed rate: message k is due at `startMs + k / perSecond`, whatever became of those before. Latency counts from the moment it
 * was due, so that a server that stalls is charged for everything that had to wait meanwhile (no coordinated omission).
 */
export const createSchedule = (perSecond, startMs) => {
  const stepMs = 1_000 / perSecond;
  let next = 0;
  return {
    /** The moments that have come since the last call, oldest first. */
    due(nowMs) {
      const moments = [];
      for (let moment = startMs + next * stepMs; moment <= nowMs; moment = startMs + next * stepMs) {
        moments.push(moment);
        next += 1;
      }
      return moments;
    },
  };
};
