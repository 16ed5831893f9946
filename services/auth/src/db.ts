import { openDatabase, type Database, type DatabaseOptions, type TablesOf } from '@chat-backend/database';

/** Writes users, sessions, refresh tokens, challenges, mails and the deletions of accounts. */
export type AuthDatabase = Database<'auth'>;
export type AuthTables = TablesOf<'auth'>;

export const openAuthDatabase = (options: DatabaseOptions): AuthDatabase => openDatabase('auth', options);
