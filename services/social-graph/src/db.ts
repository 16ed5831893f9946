import { openDatabase, type Database, type DatabaseOptions, type TablesOf } from '@chat-backend/database';

/** Writes friend requests, friendships and blocks; reads users, the logs of users and the deletions of accounts. */
export type SocialGraphDatabase = Database<'social-graph'>;
export type SocialGraphTables = TablesOf<'social-graph'>;

export const openSocialGraphDatabase = (options: DatabaseOptions): SocialGraphDatabase => openDatabase('social-graph', options);
