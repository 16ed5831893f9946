import { openDatabase, type Database, type DatabaseOptions, type TablesOf } from '@chat-backend/database';

/** Writes friend requests, friendships and blocks; reads users. */
export type SocialGraphDatabase = Database<'social-graph'>;
export type SocialGraphTables = TablesOf<'social-graph'>;

export const openSocialGraphDatabase = (options: DatabaseOptions): SocialGraphDatabase => openDatabase('social-graph', options);
