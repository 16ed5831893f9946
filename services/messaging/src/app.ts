import { messages } from '@chat-backend/contracts';
import { createServiceApp, serveUser, type InternalHandlers, type ProcessContext } from '@chat-backend/service-kit';
import type { Express } from 'express';
import { getChatDetails } from './chats/get-chat-details';
import type { MessagingDatabase } from './db';
import { getMessages } from './messages/get-messages';

export type MessagingAppDependencies = Pick<ProcessContext, 'logger' | 'keys' | 'tokens'> & { database: MessagingDatabase; internal: InternalHandlers };

export const createMessagingApp = ({ logger, keys, tokens, database, internal }: MessagingAppDependencies): Express =>
  createServiceApp({
    logger, internalKeys: keys.internal, internal,
    routes: (app) => {
      serveUser(app, tokens, messages.getChatDetails, getChatDetails(database));
      serveUser(app, tokens, messages.getMessages, getMessages(database));
    },
  });
