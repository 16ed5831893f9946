import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const cookieName = 'chat_board';
const cookieSeconds = 12 * 60 * 60;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes equally long for every wrong text, whatever its length. */
export const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

const proofOf = (token: string, until: string): string => createHmac('sha256', token).update(`board until ${until}`).digest('base64url');

/** Says that its holder knew the token, for half a day, without holding it. Another token ends it. */
export const issueCookie = (token: string, now: number): string => {
  const until = String(now + cookieSeconds * 1000);
  return `${cookieName}=${until}.${proofOf(token, until)}; Max-Age=${cookieSeconds}; Path=/board; HttpOnly; SameSite=Strict`;
};

export const forgottenCookie = `${cookieName}=; Max-Age=0; Path=/board; HttpOnly; SameSite=Strict`;

export const isCookieOf = (token: string, header: string | undefined, now: number): boolean => {
  const value = (header ?? '').split(';').map((pair) => pair.trim()).find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) ?? '';
  const [until = '', proof = ''] = value.split('.');
  return isSame(proof, proofOf(token, until)) && Number(until) > now;
};
