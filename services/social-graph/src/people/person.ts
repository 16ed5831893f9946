import type { Person } from '@chat-backend/contracts';

/** What anybody may see of a user, as the tables name it. */
export interface UserColumns { id: string; user_name: string | null; about: string | null; profile_image: string | null }

export const asPerson = ({ id, user_name, about, profile_image }: UserColumns): Person => ({ id, user_name, about, profile_image });
