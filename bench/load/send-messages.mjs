import { createSchedule } from '../measuring/schedule.mjs';

/**
 * Closed loop: each sender has so many messages under way, and sends the next one when one is done.
 * @returns how to stop it
 */
export const sendInClosedLoop = ({ senders, inFlight, underWay }) => {
  let stopped = false;
  const sendOne = (sender) => {
    if (stopped) return;
    underWay.send({ ...sender, dueMs: performance.now(), onDone: () => { sendOne(sender); } });
  };
  for (const sender of senders) for (let count = 0; count < inFlight; count += 1) sendOne(sender);
  return () => { stopped = true; };
};

const ignore = () => {};
/** More than this waiting for an answer is kept from a server that has long been overrun, and counted. */
const underWayAtMost = 100_000;

/**
 * Fixed rate: each message is sent when it is due, whatever became of those before; the senders take turns.
 * @returns how to stop it
 */
export const sendAtFixedRate = ({ senders, perSecond, underWay }) => {
  const schedule = createSchedule(perSecond, performance.now());
  let turn = 0;
  let timer;
  const sendDue = () => {
    for (const dueMs of schedule.due(performance.now())) {
      if (underWay.count >= underWayAtMost) { underWay.skip(); continue; }
      underWay.send({ ...senders[turn++ % senders.length], dueMs, onDone: ignore });
    }
    timer = setTimeout(sendDue, 1);
  };
  sendDue();
  return () => { clearTimeout(timer); };
};
