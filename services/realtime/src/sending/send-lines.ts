import { pickAddress } from '@chat-backend/service-kit';
import type { Send } from './waiting-sends';
import { createSendLine, type SendLine, type SendLineDependencies } from './send-line';

/**
 * A line for each messaging process. A conversation always takes the same one, the one to which the internal caller routes its key,
 * so that batches of different processes do not wait for each other's locks.
 */
export const createSendLines = (addresses: readonly string[], dependencies: SendLineDependencies): SendLine => {
  const only = createSendLine(dependencies);
  if (addresses.length < 2) return only;
  const lines = new Map(addresses.map((address) => [address, createSendLine(dependencies)]));
  return {
    add: (send: Send) => (lines.get(pickAddress(addresses, send.conversation) ?? '') ?? only).add(send),
    idle: async () => { await Promise.all([...lines.values()].map((line) => line.idle())); },
  };
};
