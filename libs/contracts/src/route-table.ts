import * as accounts from './endpoints/accounts';
import * as blocks from './endpoints/blocks';
import * as groups from './endpoints/groups';
import * as messages from './endpoints/messages';
import * as personalData from './endpoints/personal-data';
import * as sessions from './endpoints/sessions';
import * as socialGraph from './endpoints/social-graph';
import * as twoFactor from './endpoints/two-factor';
import type { Endpoint } from './endpoint';

export const apiPrefix = '/api/v1';

const endpoints = [
  accounts.register, accounts.login, accounts.forgotPassword, accounts.resendEmail, accounts.verifyUser, accounts.updatePassword,
  accounts.updateProfile, accounts.getUserDetails, accounts.refreshToken, accounts.logout,
  socialGraph.sentRequest, socialGraph.acceptRequest, socialGraph.rejectRequest, socialGraph.cancelRequest, socialGraph.removeFriend,
  socialGraph.getAllUserSentRequests, socialGraph.getAllReceivedRequests, socialGraph.getAllUsersAcceptRequests, socialGraph.getAllFriends, socialGraph.searchUsers,
  groups.createGroup, groups.joinGroup, groups.leaveGroup, groups.getAllGroups, groups.getAllGroupsJoin, groups.getGroupMembers, groups.removeMember,
  messages.getConversations, messages.getChatDetails, messages.getMessages, messages.markRead, messages.editMessage, messages.deleteMessage, messages.sync,
  blocks.blockUser, blocks.unblockUser, blocks.getBlockedUsers,
  sessions.getSessions, sessions.revokeSession, sessions.logoutEverywhere,
  twoFactor.getTwoFactor, twoFactor.beginTwoFactor, twoFactor.confirmTwoFactor, twoFactor.sendTwoFactorCode, twoFactor.disableTwoFactor, twoFactor.renewRecoveryCodes,
  personalData.exportAccount, personalData.exportFriends, personalData.exportGroups, personalData.exportMessages, personalData.deleteAccount,
] as const satisfies readonly Endpoint[];

/** Every REST call there is, in the order of the reference. `POST /api/v1/<name>` goes to `service`. */
export const routeTable: readonly Endpoint[] = endpoints;

/** The type of each call by its name, for those who only want to call it. */
export type EndpointByName = { [E in (typeof endpoints)[number] as E['name']]: E };
export type EndpointName = keyof EndpointByName;

const byName = new Map(routeTable.map((endpoint) => [endpoint.name, endpoint]));
export const findEndpoint = (name: string): Endpoint | undefined => byName.get(name);
