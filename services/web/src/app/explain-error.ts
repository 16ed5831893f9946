import { ChatError } from '@chat-backend/client';

/** What went wrong, in words for a person. */
export const explainError = (error: unknown): string => {
  if (!(error instanceof ChatError)) return 'Something went wrong in this page. Reload it and try again.';
  return `${error.message}.`;
};
