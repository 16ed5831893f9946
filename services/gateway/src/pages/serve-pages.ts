import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asyncApiDocument, openApiDocument } from '@chat-backend/contracts';
import type { Express, RequestHandler } from 'express';
import { allowOrigins } from '../calls/serve-calls';
import { mailLinkScript } from './mail-link-script';
import { resetPasswordPage, verifyEmailPage } from './mail-link-pages';
import { referencePage } from './reference-page';
import { referenceScript } from './reference-script';
import { style } from './style';
import { welcomePage } from './welcome-page';

export interface PageOptions {
  publicUrl: string;
  hasInbox: boolean;
  corsOrigins: readonly string[];
}

/** The browser's side of Socket.IO, as the installed release brings it: the reference loads it when somebody connects. */
const socketLibrary = (): string => readFileSync(join(dirname(require.resolve('socket.io/package.json')), 'client-dist/socket.io.min.js'), 'utf8').replace(/\n\/\/# sourceMappingURL.*\s*$/, '\n');

const briefly = 'public, max-age=300';
/** The address of these pages holds a token. */
const never = 'no-store';

const serve = (type: string, cacheControl: string, content: string): RequestHandler => (_request, response) => {
  response.type(type).set('Cache-Control', cacheControl).send(content);
};

/** What the gateway shows to people and tools. All of it is made once, at start. */
export const servePages = (app: Express, { publicUrl, hasInbox, corsOrigins }: PageOptions): void => {
  app.get('/', serve('html', briefly, welcomePage({ publicUrl, hasInbox })));
  app.get('/docs', serve('html', briefly, referencePage()));
  app.get('/openapi.json', allowOrigins(corsOrigins), serve('json', briefly, JSON.stringify(openApiDocument())));
  app.get('/asyncapi.json', allowOrigins(corsOrigins), serve('json', briefly, JSON.stringify(asyncApiDocument())));
  app.get('/verify-email', serve('html', never, verifyEmailPage()));
  app.get('/reset-password', serve('html', never, resetPasswordPage()));
  app.get('/assets/style.css', serve('css', briefly, style));
  app.get('/assets/reference.js', serve('js', briefly, referenceScript));
  app.get('/assets/socket.io.js', serve('js', briefly, socketLibrary()));
  app.get('/assets/mail-link.js', serve('js', briefly, mailLinkScript));
};
