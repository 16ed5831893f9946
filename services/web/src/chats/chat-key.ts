import type { Chat } from '@chat-backend/client';

/** A chat's name within this page. */
export const keyOf = ({ chatId, chatType }: Chat): string => `${chatType}:${chatId}`;
