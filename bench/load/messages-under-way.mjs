import { randomUUID } from 'node:crypto';
import { newFigures } from './figures.mjs';
import { createKeys, textWith } from './fixed-text.mjs';

/**
 * Sends messages and knows what became of each. A message is done when its sender has the acknowledgement, where the protocol has one, and
 * everybody whom this generator connected to hear it has it.
 */
export const createMessagesUnderWay = ({ generator, acknowledges }) => {
  const nextKey = createKeys(generator);
  const underWay = new Map();
  let figures = newFigures();

  const step = (key, message) => {
    message.left -= 1;
    if (message.left > 0) return;
    underWay.delete(key);
    figures.done += 1;
    message.onDone();
  };

  const refused = (key, message, reason) => {
    underWay.delete(key);
    figures.refused += 1;
    figures.reason ??= reason;
    message.onDone();
  };

  return {
    get count() { return underWay.size; },
    /**
     * @param hearers how many of this generator's connections hear it
     * @param dueMs when it was to be sent: latencies count from then
     */
    send({ client, to, chatType, hearers, dueMs, onDone }) {
      const key = nextKey();
      const message = { dueMs, left: hearers + (acknowledges ? 1 : 0), onDone };
      underWay.set(key, message);
      client.send({ to, chatType, text: textWith(key), clientMessageId: randomUUID() }, (reason) => {
        if (reason !== undefined) { refused(key, message, reason); return; }
        figures.acknowledged.record(performance.now() - message.dueMs);
        step(key, message);
      });
    },
    /** A fixed rate's message that was due and not sent, as too many wait. */
    skip() { figures.skipped += 1; },
    onDelivery(key) {
      figures.deliveries += 1;
      const message = underWay.get(key);
      if (message === undefined) return;
      figures.delivered.record(performance.now() - message.dueMs);
      step(key, message);
    },
    /** What happened since the last time. */
    takeFigures() {
      const taken = figures;
      figures = newFigures();
      return taken;
    },
  };
};
