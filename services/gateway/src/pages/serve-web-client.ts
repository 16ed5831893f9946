import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { pageDirectives } from './security-headers';
import { welcomePage } from './welcome-page';

export interface WebClientOptions {
  /** The built page: services/web/dist. */
  folder: string;
  publicUrl: string;
  hasInbox: boolean;
}

/** Where the build puts it, seen from here: from the sources and from the compiled files alike. */
export const webClientFolder = join(__dirname, '../../../web/dist');

/** The mails link to these; their address holds a token, which the page takes out of it at once. Opening them changes nothing: mail scanners open links, too. */
const mailLinks = ['/verify-email', '/reset-password'];

const nonceOf = (response: Response): string => response.locals['nonce'] as string;

/** The component kit makes styles at run time: they carry a nonce that is new for each visit. Pictures and videos of chats come from elsewhere, by https. */
const policy: RequestHandler[] = [
  (_request, response, next) => {
    response.locals['nonce'] = randomBytes(16).toString('base64');
    next();
  },
  helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      ...pageDirectives,
      styleSrc: ["'self'", (_request, response) => `'nonce-${nonceOf(response as Response)}'`],
      imgSrc: [...pageDirectives.imgSrc, 'https:'],
      mediaSrc: ['https:'],
    },
  }),
];

const readIndex = (folder: string): string | undefined => {
  try {
    return readFileSync(join(folder, 'index.html'), 'utf8');
  } catch {
    return undefined;
  }
};

/** The page at `/`. Its places are behind the hash, which browsers keep to themselves: no path but these is its own. */
export const serveWebClient = (app: Express, { folder, publicUrl, hasInbox }: WebClientOptions): void => {
  const index = readIndex(folder)?.replaceAll('__INBOX__', hasInbox ? 'inbox' : '');
  if (index === undefined) {
    app.get(['/', ...mailLinks], (_request, response) => {
      response.status(503).type('html').set('Cache-Control', 'no-store').send(welcomePage({ publicUrl, hasInbox }));
    });
    return;
  }
  const send = (cacheControl: string): RequestHandler => (_request, response) => {
    response.type('html').set('Cache-Control', cacheControl).send(index.replaceAll('__NONCE__', nonceOf(response)));
  };
  app.get('/', policy, send('no-cache'));
  app.get(mailLinks, policy, send('no-store'));
  app.use('/web', express.static(join(folder, 'web'), { immutable: true, maxAge: '1y', index: false, redirect: false }));
  app.get('/mark.svg', (_request, response) => { response.sendFile('mark.svg', { root: folder, maxAge: '1d' }); });
};
