import { type Prisma } from '@chat-backend/database';

export type MailRow = Prisma.MailGetPayload<object>;
export type MailWithChallenge = Prisma.MailGetPayload<{ include: { challenge: true; user: { select: { disabledAt: true } } } }>;
