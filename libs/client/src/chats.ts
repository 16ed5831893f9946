import type { ChatType, StoredMessage } from './contract';

/** A conversation, as its user names it: by the friend or by the group. */
export interface Chat { chatId: string; chatType: ChatType }
export interface ChatMessage extends StoredMessage, Chat {}

export const chatKey = ({ chatId, chatType }: Chat): string => `${chatType}:${chatId}`;

/** Which chat of mine a message is in. */
export const chatOfMessage = ({ from, to, chatType }: { from: string; to: string; chatType: ChatType }, me: string): Chat =>
  ({ chatType, chatId: chatType === 'friend' && from !== me ? from : to });
