import { limits } from '@chat-backend/contracts';

const controlCharacters = /\p{Cc}/gu;

/** How a client names itself, as it may be stored and shown: bounded, and nothing that moves a cursor. */
export const deviceOf = (userAgent: string | undefined): string | null => {
  const device = (userAgent ?? '').replace(controlCharacters, '').trim().slice(0, limits.deviceLength);
  return device === '' ? null : device;
};
