import { ChatError, type ChatErrorCode } from '@chat-backend/client';

/** What the server's own words do not say: the way out. A code that is missing here is told in the words of the reply. */
const waysOut: Partial<Record<ChatErrorCode, string>> = {
  NETWORK: 'The server cannot be reached. Check your connection and try again.',
  TIMEOUT: 'The server did not answer in time. Try again.',
  INVALID_REPLY: 'The answer was not understood. Reload the page; if it happens again, tell whoever runs this server.',
  INVALID_REQUEST: 'Something is missing or not right. Look at the marked fields.',
  NO_SESSION: 'You are signed out. Sign in again.',
  SESSION_ENDED: 'You are signed out. Sign in again.',
  SESSION_REVOKED: 'You were signed out on this device. Sign in again.',
  TOKEN_EXPIRED: 'This has taken too long. Begin again.',
  TOKEN_INVALID: 'This has taken too long, or the link is not whole. Begin again.',
  WRONG_TOKEN_PURPOSE: 'This link is for something else. Open the one of the latest mail.',
  WRONG_CREDENTIALS: 'The email address or the password is wrong. Check both, or choose a new password.',
  WRONG_CODE: 'That is not the code. Use the one of the latest mail, or the one that your app shows now.',
  CODE_REQUIRED: 'A code is needed: from the mail, from your authenticator app, or a recovery code.',
  CHALLENGE_EXPIRED: 'This code has expired, was used, or was tried too often. Ask for a new one.',
  TOO_MANY_WRONG_CODES: 'Too many wrong codes. Wait a while, or use a recovery code.',
  EMAIL_TAKEN: 'There is an account with this address. Sign in, or choose a new password if you forgot yours.',
  USER_NOT_FOUND: 'Nobody is known by that. Check it, or sign up.',
  PASSWORD_TOO_COMMON: 'Many people use this password, so it is easy to guess. Choose another one: a few words in a row are good.',
  CURRENT_PASSWORD_REQUIRED: 'Give your current password, too.',
  TWO_FACTOR_ALREADY_ON: 'Two-factor is on already. Switch it off first to change how you get your codes.',
  TWO_FACTOR_IS_OFF: 'Two-factor is not on. Reload the page to see how it stands.',
  CODE_NOT_MAILED: 'Your codes come from your authenticator app. None is mailed.',
  SESSION_NOT_FOUND: 'That device is signed out already.',
  PAYLOAD_TOO_LARGE: 'That is too long to be sent.',
  INTERNAL: 'Something went wrong on the server. Try again; if it stays so, tell whoever runs it.',
  UNAVAILABLE: 'The server is not ready right now. Try again in a moment.',
  BUSY: 'The server has much to do right now. Try again in a moment.',
  QUEUE_FULL: 'Too many messages wait to be sent. Wait until the connection is back.',
};

const inWords = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} second${seconds === 1 ? '' : 's'}` : `${Math.ceil(seconds / 60)} minutes`;
};

const asSentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;

/** What went wrong, in words for a person, with the way out; never a code. */
export const explainError = (error: unknown): string => {
  if (!(error instanceof ChatError)) return 'Something went wrong in this page. Reload it and try again.';
  if (error.code === 'RATE_LIMITED') return `That was too often. Wait ${inWords(error.retryAfterMs ?? 60_000)} and try again.`;
  return waysOut[error.code] ?? asSentence(error.message);
};

/** The same to who is signed in, and gave the password once more. */
export const explainToOwner = (error: unknown): string =>
  error instanceof ChatError && error.code === 'WRONG_CREDENTIALS' ? 'That is not your password. Try again.' : explainError(error);

/** What is wrong with each field of a form, by the name of the field. */
export const explainFields = (error: unknown): Readonly<Record<string, string>> =>
  error instanceof ChatError ? Object.fromEntries(error.errors.map(({ field, message }) => [field, asSentence(message)])) : {};
