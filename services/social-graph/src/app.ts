import { socialGraph } from '@chat-backend/contracts';
import { createServiceApp, serveUser, type InternalHandlers, type ProcessContext } from '@chat-backend/service-kit';
import type { Express } from 'express';
import type { SocialGraphDatabase } from './db';
import { removeFriend } from './friends/remove-friend';

export type SocialGraphAppDependencies = Pick<ProcessContext, 'logger' | 'keys' | 'tokens'> & { database: SocialGraphDatabase; internal: InternalHandlers };

export const createSocialGraphApp = ({ logger, keys, tokens, database, internal }: SocialGraphAppDependencies): Express =>
  createServiceApp({
    logger, internalKeys: keys.internal, internal,
    routes: (app) => {
      serveUser(app, tokens, socialGraph.removeFriend, removeFriend(database));
    },
  });
