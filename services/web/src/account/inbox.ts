const { inbox } = document.documentElement.dataset;

/** Where this server keeps the mails that it does not send; it opens on the server's own machine. Undefined: mails are sent. */
export const inboxAddress: string | undefined = inbox === 'inbox' ? './inbox' : undefined;
