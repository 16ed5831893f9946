import { messages, personalData } from '@chat-backend/contracts';
import { type Announce, type AuditTrail, createServiceApp, type InternalHandlers, measureCalls, type ProcessContext, serveUser } from '@chat-backend/service-kit';
import type { Express } from 'express';
import { sync } from './catch-up/sync';
import type { SyncUsers } from './catch-up/sync-users';
import { getChatDetails } from './chats/get-chat-details';
import { getConversations } from './chats/get-conversations';
import { markRead, type MarkChat } from './chats/mark-read';
import type { MessagingDatabase } from './db';
import { changeMessage } from './messages/change-message';
import { deleteMessage } from './messages/delete-message';
import { editMessage } from './messages/edit-message';
import { getMessages } from './messages/get-messages';
import { exportMessages } from './personal-data/export-messages';
import { policies } from './policies';

export type MessagingAppDependencies = Pick<ProcessContext, 'logger' | 'keys' | 'tokens' | 'metrics'>
  & { database: MessagingDatabase; internal: InternalHandlers; announce: Announce; mark: MarkChat; syncUsers: SyncUsers; audit: Pick<AuditTrail, 'refused'> };

export const createMessagingApp = ({ logger, keys, tokens, metrics, database, internal, announce, mark, syncUsers, audit }: MessagingAppDependencies): Express => {
  const change = changeMessage(database, announce);
  return createServiceApp({
    logger, internalKeys: keys.internal, internal, audit, policies, measure: measureCalls(metrics, 'messaging'),
    routes: (app) => {
      serveUser(app, tokens, messages.getConversations, getConversations(database));
      serveUser(app, tokens, messages.getChatDetails, getChatDetails(database));
      serveUser(app, tokens, messages.getMessages, getMessages(database));
      serveUser(app, tokens, messages.markRead, markRead(mark));
      serveUser(app, tokens, messages.editMessage, editMessage(change));
      serveUser(app, tokens, messages.deleteMessage, deleteMessage(change));
      serveUser(app, tokens, messages.sync, sync(syncUsers));
      serveUser(app, tokens, personalData.exportMessages, exportMessages(database));
    },
  });
};
