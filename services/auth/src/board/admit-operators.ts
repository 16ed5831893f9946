import type { Logger } from '@chat-backend/service-kit';
import { Router, urlencoded, type Request } from 'express';
import { forgottenCookie, isCookieOf, isSame, issueCookie } from './operator-cookie';
import { signInPage, signInPolicy } from './sign-in-page';

export interface AdmissionOptions {
  /** Who knows it is an operator. */
  token: string;
  /** Whether jobs may be changed here. */
  isWritable: boolean;
  logger: Logger;
}

const bearerOf = (request: Request): string | undefined => /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
const isReading = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';
/** Programs name no origin. */
const isFromHere = ({ headers: { origin, host } }: Request): boolean => origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
const wantsPage = (request: Request): boolean => request.method === 'GET' && request.accepts(['json', 'html']) === 'html';

/**
 * Stands before the board: lets in who has the token, in the header or by the cookie that its form gives. Pages from elsewhere change nothing with that
 * cookie: browsers send it along from pages of the same host alone (SameSite), and calls from another port of it are refused here.
 */
export const admitOperators = ({ token, isWritable, logger }: AdmissionOptions): Router => {
  const router = Router();
  const refuse = (request: Request): void => { logger.warn({ address: request.socket.remoteAddress }, 'somebody asked for the board with a wrong token'); };

  router.post('/sign-in', urlencoded({ extended: false, limit: '8kb' }), (request, response) => {
    const { token: given } = (request.body ?? {}) as { token?: unknown };
    if (typeof given === 'string' && isSame(given, token)) {
      response.set('Set-Cookie', issueCookie(token, Date.now())).redirect(303, '/board/');
      return;
    }
    refuse(request);
    response.status(401).set('Content-Security-Policy', signInPolicy).type('html').send(signInPage({ isWrong: true }));
  });
  router.get('/sign-out', (_request, response) => { response.set('Set-Cookie', forgottenCookie).redirect(303, '/board/'); });

  router.use((request, response, next) => {
    const given = bearerOf(request);
    if (given === undefined ? isCookieOf(token, request.headers.cookie, Date.now()) : isSame(given, token)) { next(); return; }
    if (given !== undefined) refuse(request);
    response.status(401).set('WWW-Authenticate', 'Bearer');
    if (wantsPage(request)) response.set('Content-Security-Policy', signInPolicy).type('html').send(signInPage({ isWrong: false }));
    else response.json({ error: 'The operator\'s token is required: Authorization: Bearer <OPERATOR_TOKEN>' });
  });
  router.use((request, response, next) => {
    if (isReading(request) || isFromHere(request)) { next(); return; }
    response.status(403).json({ error: 'Pages from elsewhere may not change jobs' });
  });
  router.use((request, response, next) => {
    if (isWritable || isReading(request)) { next(); return; }
    response.status(403).json({ error: 'The board only shows: set OPERATOR_BOARD_WRITES=true to change jobs, or use: npm run admin -- mails retry' });
  });
  return router;
};
