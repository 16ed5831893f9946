import type { limits } from '@chat-backend/contracts';

/** The contract's limits that forms name before anything is sent. Their types are the contract's numbers: another one does not compile. */
export const passwordMinLength: typeof limits.passwordMinLength = 8;
export const passwordMaxLength: typeof limits.passwordMaxLength = 128;
export const nameLength: typeof limits.nameLength = 64;
export const aboutLength: typeof limits.aboutLength = 500;
export const linkLength: typeof limits.linkLength = 2048;
export const oldest = 150;
