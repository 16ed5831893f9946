import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { lastReply, Refusal, writeFailure } from '@chat-backend/service-kit';

/** Where this listens itself: Engine.IO would leave such a connection half open, for as long as its client likes. */
export const refuseOtherUpgrades = (server: Server, path: string): void => {
  server.on('upgrade', (request, socket) => {
    if (request.url?.startsWith(path) === true) return;
    writeFailure(lastReply(request, socket), new Refusal('ENDPOINT_NOT_FOUND'), randomUUID());
  });
};
