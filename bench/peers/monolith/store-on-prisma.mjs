import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';

const { PrismaClient } = createRequire(import.meta.url)('../../../node_modules/.cache/chat-backend/bench-prisma-client');

/** The same queries with Prisma's client. */
export const createStore = (url) => {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 20 }) });
  return {
    async areFriends(one, other) {
      const [lowUserId, highUserId] = [one, other].sort();
      return await prisma.friendship.findUnique({ where: { lowUserId_highUserId: { lowUserId, highUserId } } }) !== null;
    },
    isMember: async (groupId, userId) => await prisma.groupMember.findUnique({ where: { groupId_userId: { groupId, userId } } }) !== null,
    groupsOf: async (userId) => (await prisma.groupMember.findMany({ where: { userId } })).map(({ groupId }) => groupId),
    async insert({ conversation, from, to, messageType, message }) {
      const { id, createdAt } = await prisma.message.create({ data: { conversation, senderId: from, recipientId: to, messageType, body: message } });
      return { id: String(id), createdAt };
    },
    async newest(conversation, limit) {
      const rows = await prisma.message.findMany({ where: { conversation }, orderBy: { createdAt: 'desc' }, take: limit });
      return rows.reverse().map(({ id, senderId: from, recipientId: to, messageType, body: message, createdAt }) => ({ id: String(id), from, to, messageType, message, createdAt }));
    },
  };
};
