/** Whom a token names. It is the server that checks tokens; this only reads what is written there. */
export const userIdOfToken = (token: string): string | undefined => {
  try {
    const [, claims = ''] = token.split('.');
    const { sub } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as { sub?: unknown };
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
};
