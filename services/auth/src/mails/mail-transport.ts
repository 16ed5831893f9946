import type { MailContent, MailSecrets } from './write-mail';

export interface OutgoingMail extends MailContent, MailSecrets {
  /** The row's. What is sent again has the same, so that its receiver can fold the two. */
  id: string;
  to: string;
  createdAt: Date;
}

/** A way out for mails: SMTP, or the local inbox. */
export interface MailTransport {
  /**
   * Resolves when the other side has taken the mail.
   * @throws MailRefused when it has certainly not; after any other error it may have
   */
  deliver(mail: OutgoingMail): Promise<void>;
  close(): Promise<void>;
}

/** The mail was certainly not taken. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
  /** @param isFinal the same mail would be refused again */
  constructor(message: string, readonly isFinal: boolean, options?: ErrorOptions) {
    super(message, options);
  }
}
