import { join } from 'node:path';
import type { ProcessContext } from '@chat-backend/service-kit';
import type { Router } from 'express';
import type { AuthDatabase } from '../db';
import { openLocalInbox } from './local-inbox';
import { createMailMetrics } from './mail-metrics';
import { openMailQueue } from './mail-queue';
import type { MailRow } from './mail-row';
import type { MailTransport } from './mail-transport';
import { createOutageLog } from './outage-log';
import { defaultRetry } from './retry-plan';
import { sendMail } from './send-mail';
import { serveInbox } from './serve-inbox';
import { openSmtpTransport, smtpConnections } from './smtp-transport';
import { keepSweeping } from './sweep-mails';

export interface MailDeliveryOptions {
  context: Pick<ProcessContext, 'logger' | 'metrics' | 'redisUrl' | 'databaseUrl' | 'dataDir'>;
  config: { smtpUrl?: string | undefined; mailFrom: string; publicUrl: string; isProduction: boolean };
  database: AuthDatabase;
  /** The code of a challenge's turn: the same whenever it is asked for. */
  codeFor: (challengeId: string, turn: number) => string;
  /** The link of a mail, if its kind has one. */
  linkFor: (mail: MailRow) => string | undefined;
  /** How long a mail waits before it is looked for, and how often that happens. Default: 15 s. */
  sweepEveryMs?: number;
  /** Default: see retry-plan.ts. */
  retry?: { attempts: number; firstAfterMs: number };
}

export interface MailDelivery {
  /**
   * Hands a committed mail on. Never fails: what the queue does not take now is found by the sweep.
   */
  enqueue(mailId: string): Promise<void>;
  /** A queue that is away is no reason: mails wait in their table, and nobody should be kept from signing in. */
  notReady(): Promise<string[]>;
  /** Takes no more mails and finishes those under way. Idempotent. */
  drain(): Promise<void>;
  close(): Promise<void>;
  /** The local inbox, if mails go there. */
  router: Router | undefined;
}

const defaultSweepMs = 15_000;

interface WayOut { transport: MailTransport; router: Router | undefined }

const openWayOut = ({ config, context }: MailDeliveryOptions): WayOut | undefined => {
  if (config.smtpUrl !== undefined) return { transport: openSmtpTransport({ url: config.smtpUrl, from: config.mailFrom }), router: undefined };
  if (config.isProduction) return undefined;
  const inbox = openLocalInbox(join(context.dataDir, 'inbox'));
  return { transport: inbox, router: serveInbox(inbox) };
};

/** Starts what sends the mails of the table: over SMTP, or into the local inbox; in production without SMTP they wait. */
export const startMailDelivery = async (options: MailDeliveryOptions): Promise<MailDelivery> => {
  const { context, database, sweepEveryMs = defaultSweepMs, retry = defaultRetry } = options;
  const { logger } = context;
  const metrics = createMailMetrics(context.metrics, database);
  const wayOut = openWayOut(options);
  if (wayOut === undefined) {
    logger.warn('SMTP_URL is not set: mails wait in their table until it is');
    return { enqueue: async () => {}, notReady: async () => [], drain: async () => {}, close: async () => { metrics.close(); }, router: undefined };
  }

  const { transport, router } = wayOut;
  const outage = createOutageLog(logger, 'the mail queue');
  const send = sendMail({ ...options, publicUrl: options.config.publicUrl, transport, metrics, logger, attempts: retry.attempts });
  const queue = await openMailQueue({ context, process: send, concurrency: smtpConnections, firstRetryMs: retry.firstAfterMs, outage });
  const sweeping = keepSweeping({ database, queue, everyMs: sweepEveryMs, logger, onError: outage.failed });
  let isDraining = false;

  return {
    enqueue: (mailId) => queue.add(mailId).catch(outage.failed),
    notReady: async () => isDraining || queue.isWorking() ? [] : ['the mail worker has stopped'],
    async drain() {
      isDraining = true;
      await Promise.all([sweeping.stop(), queue.stopWorking()]);
    },
    async close() {
      await Promise.all([sweeping.stop(), queue.stopWorking()]);
      await queue.close();
      await transport.close();
      metrics.close();
    },
    router,
  };
};
