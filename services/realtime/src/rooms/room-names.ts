import type { NewMessage } from '@chat-backend/contracts';

/** What says where it goes. */
export type Addressed = Pick<NewMessage, 'chatType' | 'to' | 'from'>;

const userPrefix = 'user:';

export const userRoom = (userId: string): string => userPrefix + userId;
export const groupRoom = (groupId: string): string => `group:${groupId}`;

/** The user whose room it is. */
export const userOfRoom = (room: string): string | undefined => (room.startsWith(userPrefix) ? room.slice(userPrefix.length) : undefined);

/** Where a message is heard: the group's room, or those of both users. */
export const roomsOf = ({ chatType, to, from }: Addressed): string[] => (chatType === 'group' ? [groupRoom(to)] : [userRoom(to), userRoom(from)]);
