import type { AddressInfo, Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail as its receiver has it. */
export interface CapturedMail {
  to: string[];
  from: string;
  subject: string;
  text: string;
  html: string;
  messageId: string | undefined;
  /** Whether a person sent it; answering machines leave alone what none did. */
  autoSubmitted: string | undefined;
  /** What the server did with it: only an `accepted` one counts as delivered for its sender. */
  outcome: 'accepted' | 'refused' | 'dropped';
}

/**
 * What the server does with the mails that come:
 * - `accept`: takes them;
 * - `refuse`: reads the content, then answers with this code (4xx: try again; 5xx: never); the words may quote the mail;
 * - `refuseRecipient`: answers so before the content;
 * - `drop`: reads the whole content, then cuts the connection in place of an answer, so that its sender cannot know;
 * - `dropBeforeContent`: cuts the connection when the recipient is named;
 * - `acceptWhen`: takes them when the promise resolves.
 */
export type SmtpBehaviour =
  | { kind: 'accept' | 'drop' | 'dropBeforeContent' }
  | { kind: 'acceptWhen'; answer: (mail: CapturedMail) => Promise<void> }
  | { kind: 'refuse'; code: number; words?: (mail: CapturedMail) => string }
  | { kind: 'refuseRecipient'; code: number };

export interface TestSmtpServer {
  /** For `SMTP_URL`. */
  url: string;
  /** All whose content came, in the order of their coming, whatever became of them. */
  mails: readonly CapturedMail[];
  /** The first accepted mail that fits, now or later; rejects after the timeout (default 10 s). */
  waitForMail(predicate: (mail: CapturedMail) => boolean, timeoutMs?: number): Promise<CapturedMail>;
  /** From the next command on. */
  setBehaviour(behaviour: SmtpBehaviour): void;
  close(): Promise<void>;
}

const refusal = (code: number, words: string): Error => Object.assign(new Error(words), { responseCode: code });

const outcomes = { accept: 'accepted', acceptWhen: 'accepted', refuse: 'refused', refuseRecipient: 'refused', drop: 'dropped', dropBeforeContent: 'dropped' } as const;

/** A real SMTP server on loopback that keeps what it is given and misbehaves as told. No TLS, no authentication. */
export const startTestSmtpServer = async (): Promise<TestSmtpServer> => {
  const mails: CapturedMail[] = [];
  const watchers = new Set<() => void>();
  const sockets = new Map<number, Socket>();
  let behaviour: SmtpBehaviour = { kind: 'accept' };

  const capture = async (content: NodeJS.ReadableStream, from: string, to: string[]): Promise<CapturedMail> => {
    const parsed = await simpleParser(content as Parameters<typeof simpleParser>[0]);
    const mail: CapturedMail = {
      to, from, subject: parsed.subject ?? '', text: parsed.text ?? '', html: parsed.html || '', messageId: parsed.messageId,
      autoSubmitted: parsed.headers.get('auto-submitted')?.toString(), outcome: outcomes[behaviour.kind],
    };
    mails.push(mail);
    for (const look of watchers) look();
    return mail;
  };

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 50,
    onRcptTo(_address, session, done) {
      if (behaviour.kind === 'refuseRecipient') { done(refusal(behaviour.code, 'not this one')); return; }
      if (behaviour.kind === 'dropBeforeContent') { sockets.get(session.remotePort)?.destroy(); return; }
      done();
    },
    onData(content, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      capture(content, mailFrom ? mailFrom.address : '', rcptTo.map(({ address }) => address)).then(async (mail) => {
        if (behaviour.kind === 'drop') sockets.get(session.remotePort)?.destroy();
        else if (behaviour.kind === 'refuse') done(refusal(behaviour.code, behaviour.words?.(mail) ?? 'refused for the test'));
        else {
          if (behaviour.kind === 'acceptWhen') await behaviour.answer(mail);
          done(null, 'taken');
        }
      }, done);
    },
  });
  // A connection that its client or a test cuts is no fault of the server.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  listening.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    sockets.set(remotePort, socket);
    socket.once('close', () => { sockets.delete(remotePort); });
  });
  await new Promise<void>((resolve) => { listening.once('listening', () => { resolve(); }); });

  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    mails,
    waitForMail: (predicate, timeoutMs = 10_000) => new Promise((resolve, reject) => {
      const stop = () => { clearTimeout(timer); watchers.delete(look); };
      const look = () => {
        const found = mails.find((mail) => mail.outcome === 'accepted' && predicate(mail));
        if (found !== undefined) { stop(); resolve(found); }
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`No such mail came within ${timeoutMs} ms; these did: ${JSON.stringify(mails.map(({ to, subject, outcome }) => ({ to, subject, outcome })))}`));
      }, timeoutMs);
      watchers.add(look);
      look();
    }),
    setBehaviour: (next) => { behaviour = next; },
    close: () => new Promise((resolve) => {
      for (const socket of sockets.values()) socket.destroy();
      server.close(() => { resolve(); });
    }),
  };
};
