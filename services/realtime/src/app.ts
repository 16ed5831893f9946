import { createServiceApp, unaudited, type InternalHandlers, type ProcessContext } from '@chat-backend/service-kit';
import type { Express } from 'express';

/** No REST calls: only the rooms that every service has. Sockets come in beside it, through `attach`. */
export const createRealtimeApp = ({ logger, keys, internal }: Pick<ProcessContext, 'logger' | 'keys'> & { internal: InternalHandlers }): Express =>
  createServiceApp({ logger, internalKeys: keys.internal, internal, audit: unaudited, routes: () => {} });
