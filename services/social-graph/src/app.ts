import { blocks, personalData, socialGraph } from '@chat-backend/contracts';
import { createServiceApp, measureCalls, serveUser, type AuditTrail, type InternalHandlers, type ProcessContext } from '@chat-backend/service-kit';
import type { Express } from 'express';
import { blockUser } from './blocks/block-user';
import { getBlockedUsers } from './blocks/get-blocked-users';
import { unblockUser } from './blocks/unblock-user';
import type { SocialGraphDependencies } from './dependencies';
import { getAllFriends } from './friends/get-all-friends';
import { removeFriend } from './friends/remove-friend';
import { searchUsers } from './people/search-users';
import { exportFriends } from './personal-data/export-friends';
import { policies } from './policies';
import { acceptRequest } from './requests/accept-request';
import { cancelRequest } from './requests/cancel-request';
import { getAllReceivedRequests } from './requests/get-all-received-requests';
import { getAllUserSentRequests } from './requests/get-all-user-sent-requests';
import { getAllUsersAcceptRequests } from './requests/get-all-users-accept-requests';
import { rejectRequest } from './requests/reject-request';
import { sentRequest } from './requests/sent-request';

export interface SocialGraphAppOptions {
  context: Pick<ProcessContext, 'logger' | 'keys' | 'tokens' | 'metrics'>;
  dependencies: SocialGraphDependencies;
  internal: InternalHandlers;
  audit: Pick<AuditTrail, 'refused'>;
}

export const createSocialGraphApp = ({ context: { logger, keys, tokens, metrics }, dependencies, internal, audit }: SocialGraphAppOptions): Express => {
  const { database, config } = dependencies;
  return createServiceApp({
    logger, internalKeys: keys.internal, internal, audit, policies, measure: measureCalls(metrics, 'social-graph'),
    routes: (app) => {
      serveUser(app, tokens, socialGraph.sentRequest, sentRequest(dependencies));
      serveUser(app, tokens, socialGraph.acceptRequest, acceptRequest(dependencies));
      serveUser(app, tokens, socialGraph.rejectRequest, rejectRequest(dependencies));
      serveUser(app, tokens, socialGraph.cancelRequest, cancelRequest(dependencies));
      serveUser(app, tokens, socialGraph.removeFriend, removeFriend(dependencies));
      serveUser(app, tokens, socialGraph.getAllUserSentRequests, getAllUserSentRequests(database));
      serveUser(app, tokens, socialGraph.getAllReceivedRequests, getAllReceivedRequests(database));
      serveUser(app, tokens, socialGraph.getAllUsersAcceptRequests, getAllUsersAcceptRequests(database));
      serveUser(app, tokens, socialGraph.getAllFriends, getAllFriends(database));
      serveUser(app, tokens, socialGraph.searchUsers, searchUsers(database, config));
      serveUser(app, tokens, blocks.blockUser, blockUser(dependencies));
      serveUser(app, tokens, blocks.unblockUser, unblockUser(dependencies));
      serveUser(app, tokens, blocks.getBlockedUsers, getBlockedUsers(database));
      serveUser(app, tokens, personalData.exportFriends, exportFriends(database));
    },
  });
};
