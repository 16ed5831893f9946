import { Refusal, type AuditTrail, type RevokedSessions } from '@chat-backend/service-kit';
import type { ChatSocket } from '../chat-server';
import { connectError } from '../failures';
import type { ConversationOrder } from '../pushing/conversation-order';
import type { AskGroups } from '../rooms/ask-groups';
import type { GroupMemberships } from '../rooms/group-memberships';
import { userRoom } from '../rooms/room-names';
import type { Authenticate } from './authenticate-socket';

export interface AdmitSocketDependencies {
  authenticate: Authenticate;
  revoked: Pick<RevokedSessions, 'known'>;
  askGroups: AskGroups;
  memberships: Pick<GroupMemberships, 'enter'>;
  order: Pick<ConversationOrder, 'seed'>;
  audit: Pick<AuditTrail, 'refused'>;
}

/**
 * Lets a client in: who it is, then its rooms. When the client hears that it is connected, it is in all of them.
 * Its user's room comes before the question for its groups: see GroupMemberships.
 */
export const admitSocket = ({ authenticate, revoked, askGroups, memberships, order, audit }: AdmitSocketDependencies) => {
  const admit = async (socket: ChatSocket): Promise<void> => {
    await revoked.known();
    const caller = authenticate(socket.handshake.auth['token']);
    socket.data = { caller, sending: 0, asking: 0 };
    await socket.join(userRoom(caller.userId));
    const groups = await askGroups(caller.userId);
    // Ended while messaging was asked: who was refused or has gone may enter no room any more.
    if (socket.conn.readyState !== 'open') return;
    for (const { groupId, membershipVersion, lastSeq } of groups) {
      order.seed(groupId, lastSeq);
      memberships.enter(socket.id, groupId, membershipVersion);
    }
    authenticate(socket.handshake.auth['token']);
  };

  return (socket: ChatSocket, next: (error?: Error) => void): void => {
    admit(socket).then(() => { next(); }, (error: unknown) => {
      next(connectError(error));
      if (error instanceof Refusal) audit.refused({ refusal: error, call: 'connect' });
    });
  };
};
