import type { ProcessContext } from '@chat-backend/service-kit';
import type { IQueueBackend, Queue } from 'bullmq';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { openMailJobs } from '../mails/mail-jobs';
import { createOutageLog, type OutageLog } from '../mails/outage-log';
import { begin, onQueueBackend, type QueueBackend } from '../mails/queue-backend';
import { admitOperators, type AdmissionOptions } from './admit-operators';

export interface Board {
  /** For the internal port, and never for the one that clients reach. */
  app: Express;
  close(): Promise<void>;
}

export interface BoardOptions extends Pick<AdmissionOptions, 'token' | 'isWritable'> {
  context: Pick<ProcessContext, 'logger' | 'redisUrl' | 'databaseUrl'>;
}

/** The board's page has a style of its own within it; it loads nothing from elsewhere, also not the font that it asks for. */
const headers = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], fontSrc: ["'self'"], connectSrc: ["'self'"],
      formAction: ["'self'"], baseUri: ["'self'"], frameAncestors: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
});

/** Loaded where there is a board. */
const loadLibrary = async () => {
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import('@bull-board/api'), import('@bull-board/api/bullMQAdapter'), import('@bull-board/express'),
  ]);
  return { createBullBoard, BullMQAdapter, ExpressAdapter };
};
type Library = Awaited<ReturnType<typeof loadLibrary>>;

const boardOf = async <B extends IQueueBackend, Connection>(
  backend: QueueBackend<B, Connection>, { token, isWritable, context: { logger } }: BoardOptions, outage: OutageLog, library: Library,
): Promise<Board> => {
  const { createBullBoard, BullMQAdapter, ExpressAdapter } = library;
  const jobs = openMailJobs(backend, { outage });
  await begin(backend, jobs.queue);
  const pages = new ExpressAdapter();
  pages.setBasePath('/board');
  createBullBoard({
    // BullMQ's own types of a queue name Redis; the board asks the queue for its backend (open-board.admin.test.ts: on both).
    queues: [new BullMQAdapter(jobs.queue as unknown as Queue, { readOnlyMode: !isWritable })],
    // The adapter is typed by the patch of the library that it brings along.
    serverAdapter: pages as unknown as Parameters<typeof createBullBoard>[0]['serverAdapter'],
    options: { uiConfig: { boardTitle: 'Chat Backend', hideDocsLink: true, miscLinks: [{ text: 'Sign out', url: '/board/sign-out' }] } },
  });
  const app = express();
  app.disable('x-powered-by');
  app.use('/board', headers, (_request, response, next) => { response.set('Cache-Control', 'no-store'); next(); }, admitOperators({ token, isWritable, logger }));
  app.use('/board/api', (_request, response, next) => {
    if (backend.isReachable()) { next(); return; }
    response.status(503).set('Retry-After', '1').json({ error: 'The queue does not answer' });
  });
  app.use('/board', pages.getRouter());
  return { app, close: () => { backend.letGo(); return jobs.close(); } };
};

/** Opens BullMQ's board of the mail queue, on Redis or on Postgres. A job holds the id of its mail's row and nothing else, so there is nothing secret to see. */
export const openBoard = async (options: BoardOptions): Promise<Board> => {
  const outage = createOutageLog(options.context.logger, 'the mail queue, as the board sees it,');
  const library = await loadLibrary();
  return onQueueBackend({ context: options.context, outage }, (backend) => boardOf(backend, options, outage, library));
};
