import type { Readable } from 'node:stream';
import { createTransport, type MailMessage } from 'nodemailer';
import { MailRefused, type MailTransport, type OutgoingMail } from './mail-transport';

/** For each step: looking up the name, connecting, the greeting, every further reply. */
const stepTimeoutMs = 10_000;
/** For all steps together, so that a server that trickles cannot hold up a drain. */
const deliveryTimeoutMs = 30_000;
/** Mails under way at once, each on a connection of the pool. */
export const smtpConnections = 4;

interface SmtpError extends Error { code?: string; responseCode?: number; permanent?: boolean }

/** Refusals of this mail; a refused login or session is the server's matter and may be mended. */
const refusesTheMail = ({ code }: SmtpError): boolean => code === 'EENVELOPE' || code === 'EMESSAGE';

/** The sender's domain, for Message-IDs. */
const domainOf = (from: string): string => /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';

/** Notes whether the pool began to hand a mail's content over: until then the server cannot have taken it. */
const createContentWatch = () => {
  const contents = new Map<string, Readable[]>();
  return {
    watch: ({ data, message }: MailMessage, done: () => void): void => {
      const open = message.createReadStream.bind(message);
      message.createReadStream = (options) => {
        const content = open(options);
        contents.get(data.messageId ?? '')?.push(content);
        return content;
      };
      done();
    },
    begin: (messageId: string): void => { contents.set(messageId, []); },
    wasRead: (messageId: string): boolean => contents.get(messageId)?.some((content) => content.readableDidRead) ?? false,
    end: (messageId: string): void => { contents.delete(messageId); },
  };
};

/** Sends over SMTP, on connections that stay open between mails. */
export const openSmtpTransport = ({ url, from }: { url: string; from: string }): MailTransport => {
  const pool = createTransport({
    url, pool: true, maxConnections: smtpConnections,
    dnsTimeout: stepTimeoutMs, connectionTimeout: stepTimeoutMs, greetingTimeout: stepTimeoutMs, socketTimeout: stepTimeoutMs,
    disableFileAccess: true, disableUrlAccess: true,
  });
  const contents = createContentWatch();
  pool.use('stream', contents.watch);

  return {
    async deliver({ id, to, subject, text, html }: OutgoingMail) {
      const messageId = `<${id}@${domainOf(from)}>`;
      contents.begin(messageId);
      try {
        await pool.sendMail({
          from, to: { name: '', address: to }, subject, text, html, messageId,
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.timeout(deliveryTimeoutMs),
        });
      } catch (cause) {
        const error = cause as SmtpError;
        const isAnswered = error.responseCode !== undefined && error.responseCode >= 400;
        if (!isAnswered && contents.wasRead(messageId)) throw error;
        throw new MailRefused(error.message, isAnswered && error.permanent === true && refusesTheMail(error), { cause });
      } finally {
        contents.end(messageId);
      }
    },
    close: async () => { pool.close({ force: true }); },
  };
};
