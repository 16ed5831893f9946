/** What a link of a mail asks for. Its token makes the call work without a code. */
export interface MailLink { purpose: 'verify-email' | 'reset-password'; token: string | undefined }

const purposes = ['verify-email', 'reset-password'] as const;

/** Reads the link that the page was opened by, and takes its token out of the address bar, the history and a shared screen. */
export const takeMailLink = (): MailLink | undefined => {
  const purpose = purposes.find((name) => window.location.pathname.endsWith(`/${name}`));
  if (purpose === undefined) return undefined;
  const token = new URLSearchParams(window.location.search).get('token') ?? undefined;
  window.history.replaceState(null, '', './');
  return { purpose, token };
};
