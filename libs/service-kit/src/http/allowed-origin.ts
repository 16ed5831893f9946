import type { IncomingHttpHeaders } from 'node:http';

export type AllowsOrigin = (headers: IncomingHttpHeaders) => boolean;

const originOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined);

/** The port stands in neither where it is the scheme's own. What speaks TLS may stand before us, so that the scheme says nothing here. */
const isOwnHost = (origin: string, host: string | undefined): boolean => {
  if (host === undefined || !/^https?:\/\//.test(origin)) return false;
  const named = URL.canParse(origin) ? new URL(origin) : undefined;
  return named !== undefined && originOf(`${named.protocol}//${host}`) === named.origin;
};

/**
 * Whether a request for a socket may come from the page that its browser names in `Origin`: a configured origin (`*` is all), the page of
 * `publicUrl`, or one that was loaded from the very host that is asked. Who names none is no page.
 */
export const allowOriginsOf = (configured: readonly string[], publicUrl: string | undefined): AllowsOrigin => {
  const isOpen = configured.includes('*');
  const allowed = new Set([...configured, ...(publicUrl === undefined ? [] : [originOf(publicUrl) ?? publicUrl])]);
  return ({ origin, host }) => origin === undefined || isOpen || allowed.has(origin) || isOwnHost(origin, host);
};
