import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MailRefused, type MailTransport, type OutgoingMail } from './mail-transport';

export interface InboxMail { id: string; to: string; subject: string; text: string; html: string; code?: string; link?: string; createdAt: string }

/** Mails kept as files instead of being sent. For development: they hold codes. */
export interface LocalInbox extends MailTransport {
  /** Newest first. */
  read(): Promise<InboxMail[]>;
}

/** Older ones are deleted. */
export const inboxSize = 200;

const extension = '.json';
/** Sorts by time; the same for a mail that is delivered again, which so replaces itself. */
const nameOf = ({ createdAt, id }: OutgoingMail): string => `${createdAt.toISOString().replaceAll(/[:.]/g, '-')}-${id}${extension}`;

const readIfThere = async (file: string): Promise<InboxMail | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as InboxMail;
  } catch (error) {
    // Another process may have deleted it as too old.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Opens the inbox in the folder, which is made when the first mail comes. Several processes may share it. */
export const openLocalInbox = (folder: string): LocalInbox => {
  const newestFirst = async (): Promise<string[]> => {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return []; throw error; });
    return names.filter((name) => name.endsWith(extension)).sort().reverse();
  };

  const store = async (mail: OutgoingMail): Promise<void> => {
    const { id, to, subject, text, html, code, link, createdAt } = mail;
    const content: InboxMail = { id, to, subject, text, html, ...(code === undefined ? {} : { code }), ...(link === undefined ? {} : { link }), createdAt: createdAt.toISOString() };
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, nameOf(mail));
    const unfinished = `${file}.${process.pid}.tmp`;
    await writeFile(unfinished, JSON.stringify(content, null, 2), { mode: 0o600 });
    await rename(unfinished, file);
  };

  return {
    async deliver(mail) {
      await store(mail).catch((cause: Error) => { throw new MailRefused(`the inbox does not take it: ${cause.message}`, false, { cause }); });
      for (const name of (await newestFirst()).slice(inboxSize)) await rm(join(folder, name), { force: true });
    },
    async read() {
      const mails = await Promise.all((await newestFirst()).slice(0, inboxSize).map((name) => readIfThere(join(folder, name))));
      return mails.filter((mail) => mail !== undefined);
    },
    close: async () => {},
  };
};
