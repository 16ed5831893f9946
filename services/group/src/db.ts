import { openDatabase, type Database, type DatabaseOptions, type TablesOf } from '@chat-backend/database';

/** Writes groups and their members; reads users, conversations and the deletions of accounts. */
export type GroupDatabase = Database<'group'>;
export type GroupTables = TablesOf<'group'>;

export const openGroupDatabase = (options: DatabaseOptions): GroupDatabase => openDatabase('group', options);
