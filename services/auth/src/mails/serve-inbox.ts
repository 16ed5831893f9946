import { isLoopback, Refusal } from '@chat-backend/service-kit';
import { Router } from 'express';
import { inboxPage, inboxPagePolicy, mailPolicy } from './inbox-page';
import type { LocalInbox } from './local-inbox';

/** The local inbox, as a page, each mail as it looks, and as JSON, for this machine only: for all others it is not there. */
export const serveInbox = (inbox: Pick<LocalInbox, 'read'>): Router => {
  const router = Router();
  router.use(['/inbox', '/inbox.json'], (request, response, next) => {
    if (!isLoopback(request)) { next(new Refusal('ENDPOINT_NOT_FOUND')); return; }
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff', 'Cross-Origin-Resource-Policy': 'same-origin' });
    next();
  });
  router.get('/inbox', async (request, response, next) => {
    const id = request.query['mail'];
    if (id === undefined) { next(); return; }
    const mail = (await inbox.read()).find((one) => one.id === id);
    if (mail === undefined) throw new Refusal('ENDPOINT_NOT_FOUND');
    response.set('Content-Security-Policy', mailPolicy);
    response.type('html').send(mail.html);
  });
  router.get('/inbox', async (request, response) => {
    response.set('Content-Security-Policy', inboxPagePolicy);
    response.type('html').send(inboxPage(await inbox.read(), { refreshes: request.query['refresh'] !== 'off' }));
  });
  router.get('/inbox.json', async (_request, response) => {
    response.json(await inbox.read());
  });
  return router;
};
