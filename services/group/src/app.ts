import { groups, personalData } from '@chat-backend/contracts';
import { createServiceApp, measureCalls, serveUser, type AuditTrail, type InternalHandlers, type ProcessContext } from '@chat-backend/service-kit';
import type { Express } from 'express';
import type { GroupDependencies } from './dependencies';
import { createGroup } from './groups/create-group';
import { getAllGroups } from './groups/get-all-groups';
import { getAllGroupsJoin } from './groups/get-all-groups-join';
import { getGroupMembers } from './members/get-group-members';
import { joinGroup } from './members/join-group';
import { leaveGroup } from './members/leave-group';
import { removeMember } from './members/remove-member';
import { exportGroups } from './personal-data/export-groups';
import { policies } from './policies';

export interface GroupAppOptions {
  context: Pick<ProcessContext, 'logger' | 'keys' | 'tokens' | 'metrics'>;
  dependencies: GroupDependencies;
  internal: InternalHandlers;
  audit: Pick<AuditTrail, 'refused'>;
}

export const createGroupApp = ({ context: { logger, keys, tokens, metrics }, dependencies, internal, audit }: GroupAppOptions): Express => {
  const { database } = dependencies;
  return createServiceApp({
    logger, internalKeys: keys.internal, internal, audit, policies, measure: measureCalls(metrics, 'group'),
    routes: (app) => {
      serveUser(app, tokens, groups.createGroup, createGroup(dependencies));
      serveUser(app, tokens, groups.joinGroup, joinGroup(dependencies));
      serveUser(app, tokens, groups.leaveGroup, leaveGroup(dependencies));
      serveUser(app, tokens, groups.getAllGroups, getAllGroups(database));
      serveUser(app, tokens, groups.getAllGroupsJoin, getAllGroupsJoin(database));
      serveUser(app, tokens, groups.getGroupMembers, getGroupMembers(database));
      serveUser(app, tokens, groups.removeMember, removeMember(dependencies));
      serveUser(app, tokens, personalData.exportGroups, exportGroups(database));
    },
  });
};
