import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail that arrived whole, whether or not its sender heard so. */
export interface CaughtMail { to: string; code: string }

/** Where a delivery is held: when the recipient is named, of which nothing remains, or when the content is there, which the receiver then has. */
export type HeldAt = 'recipient' | 'content';

export interface MailCatcher {
  /** For SMTP_URL. */
  url: string;
  caught: readonly CaughtMail[];
  /** Holds the next delivery to this address at that point and never answers it. @returns a promise of its coming there */
  hold(to: string, at: HeldAt): Promise<void>;
  close(): Promise<void>;
}

/** A real SMTP server on loopback. */
export const catchMails = async (): Promise<MailCatcher> => {
  const caught: CaughtMail[] = [];
  const holds = new Map<string, () => void>();
  const keyOf = (to: string, at: HeldAt): string => `${at} ${to}`;

  /** @returns whether the delivery is held */
  const comesBy = (to: string, at: HeldAt): boolean => {
    const tell = holds.get(keyOf(to, at));
    holds.delete(keyOf(to, at));
    tell?.();
    return tell !== undefined;
  };

  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true, closeTimeout: 50,
    onRcptTo({ address }, _session, done) { if (!comesBy(address, 'recipient')) done(); },
    onData(content, session, done) {
      const to = session.envelope.rcptTo[0]?.address ?? '';
      simpleParser(content).then(({ text }) => {
        caught.push({ to, code: /\b\d{6}\b/.exec(text ?? '')?.[0] ?? '' });
        if (!comesBy(to, 'content')) done(null, 'taken');
      }, done);
    },
  });
  // Connections break when their client is killed.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    caught,
    hold: (to, at) => new Promise((resolve) => { holds.set(keyOf(to, at), resolve); }),
    close: () => new Promise((resolve) => { server.close(() => { resolve(); }); }),
  };
};
