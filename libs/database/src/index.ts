export * from './conversation-id';
export * from './embedded-postgres/start-embedded-postgres';
export * from './lock-conversation';
export * from './migrate';
export * from './new-id';
export * from './open-database';
export * from './service-roles';
export * from './table-ownership';
export { Prisma } from './generated/client';
