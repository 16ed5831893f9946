import type { IncomingMessage } from 'node:http';
import { Refusal, type AuditTrail, type RevokedSessions } from '@chat-backend/service-kit';
import type { ChatSocket, SocketData } from '../chat-server';
import { connectError } from '../failures';
import type { ConversationOrder } from '../pushing/conversation-order';
import type { AskGroups } from '../rooms/ask-groups';
import type { GroupMemberships } from '../rooms/group-memberships';
import { groupRoom, userRoom } from '../rooms/room-names';
import type { Authenticate } from './authenticate-socket';
import type { ConnectionLimits } from './connection-limits';

export interface AdmitSocketDependencies {
  authenticate: Authenticate;
  revoked: Pick<RevokedSessions, 'known'>;
  clientAddressOf: (request: IncomingMessage) => string;
  limits: Pick<ConnectionLimits, 'admitUser'>;
  askGroups: AskGroups;
  memberships: Pick<GroupMemberships, 'enter'>;
  order: Pick<ConversationOrder, 'seed'>;
  audit: Pick<AuditTrail, 'refused'>;
}

/**
 * Lets a client in: who it is, then its rooms. When the client hears that it is connected, it is in all of them.
 * Its user's room comes before the question for its groups: see GroupMemberships.
 */
export const admitSocket = ({ authenticate, revoked, clientAddressOf, limits, askGroups, memberships, order, audit }: AdmitSocketDependencies) => {
  const admit = async (socket: ChatSocket, address: string): Promise<void> => {
    await revoked.known();
    const caller = authenticate(socket.handshake.auth['token']);
    socket.data = { caller, address, sending: 0, asking: 0 };
    await socket.join(userRoom(caller.userId));
    await limits.admitUser(caller.userId);
    const groups = await askGroups(caller.userId);
    // Ended while messaging was asked: who was refused or has gone may enter no room any more.
    if (socket.conn.readyState !== 'open') return;
    for (const { groupId, membershipVersion, lastSeq } of groups) {
      order.seed(groupId, lastSeq, [groupRoom(groupId)]);
      memberships.enter(socket.id, groupId, membershipVersion);
    }
    authenticate(socket.handshake.auth['token']);
  };

  return (socket: ChatSocket, next: (error?: Error) => void): void => {
    const address = clientAddressOf(socket.request);
    admit(socket, address).then(() => { next(); }, (error: unknown) => {
      next(connectError(error));
      const { caller }: Partial<SocketData> = socket.data;
      if (error instanceof Refusal) audit.refused({ refusal: error, call: 'connect', userId: caller?.userId, address });
    });
  };
};
