import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { errorCodes } from '@chat-backend/contracts';
import { lastReply } from '@chat-backend/service-kit';

/** Where this listens itself: Engine.IO would leave such a connection half open, for as long as its client likes. */
export const refuseOtherUpgrades = (server: Server, path: string): void => {
  server.on('upgrade', (request, socket) => {
    if (request.url?.startsWith(path) === true) return;
    const { status, message } = errorCodes.ENDPOINT_NOT_FOUND;
    const reply = lastReply(request, socket);
    reply.writeHead(status, { 'content-type': 'application/json' });
    reply.end(JSON.stringify({ success: false, message, code: 'ENDPOINT_NOT_FOUND', requestId: randomUUID() }));
  });
};
