import type { CapturedMail } from './smtp-server';

/** The six-digit code in a mail; empty where there is none. */
export const codeIn = ({ text }: Pick<CapturedMail, 'text'>): string => /\b(\d{6})\b/.exec(text)?.[1] ?? '';

/** The token of the link in a mail; empty where there is none. */
export const linkTokenIn = ({ text }: Pick<CapturedMail, 'text'>): string => /\?token=(\S+)/.exec(text)?.[1] ?? '';
