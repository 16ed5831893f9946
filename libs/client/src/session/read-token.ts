/** What a token says of itself. It is the server that checks tokens; this only reads what is written there. */
const claimOf = (token: string, name: 'sub' | 'sid'): string | undefined => {
  try {
    const [, claims = ''] = token.split('.');
    const value = (JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Whom a token names. */
export const userIdOfToken = (token: string): string | undefined => claimOf(token, 'sub');
/** Whether they are of one session, whoever has renewed it. */
export const isSameSession = (one: string, other: string): boolean => claimOf(one, 'sub') === claimOf(other, 'sub') && claimOf(one, 'sid') === claimOf(other, 'sid');
