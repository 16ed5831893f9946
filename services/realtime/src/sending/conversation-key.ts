import type { BatchEntry } from '@chat-backend/contracts';

/** The same for everything that is sent into one conversation, whoever sends it. */
export const conversationKey = ({ chatType, senderId, to }: Pick<BatchEntry, 'chatType' | 'senderId' | 'to'>): string =>
  chatType === 'group' ? to : senderId < to ? senderId + to : to + senderId;
