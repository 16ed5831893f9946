import type { Group } from '@chat-backend/contracts';

/** What is read of a group to show it. */
export const groupColumns = { id: true, name: true, about: true, profileImage: true } as const;

export const asGroup = ({ id, name, about, profileImage }: { id: string; name: string; about: string | null; profileImage: string | null }): Group =>
  ({ id, groupName: name, about, profileImage });
