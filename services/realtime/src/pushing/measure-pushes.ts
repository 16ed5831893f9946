import type { RealtimeMetrics } from '../metrics';
import type { PushMessages } from './push-messages';

/** Measures one message of each batch that is done with here, also where nobody hears it: looking at all of them would cost each message something. */
export const measurePushes = (push: PushMessages, metrics: Pick<RealtimeMetrics, 'emitted'>): PushMessages => async (messages) => {
  const isEmitted = await push(messages);
  const [first] = messages;
  // The clocks of two machines may differ: nothing is done with before it was committed.
  if (isEmitted && first !== undefined) metrics.emitted(Math.max(0, Date.now() - Date.parse(first.message.createdAt)) / 1_000);
  return isEmitted;
};
