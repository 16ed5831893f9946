import { asyncApiDocument, openApiDocument } from '@chat-backend/contracts';
import type { Express, RequestHandler } from 'express';
import { allowOrigins } from '../calls/serve-calls';
import { referencePage } from './reference-page';
import { style } from './style';

export interface PageOptions {
  corsOrigins: readonly string[];
}

const briefly = 'public, max-age=300';

const serve = (type: string, cacheControl: string, content: string): RequestHandler => (_request, response) => {
  response.type(type).set('Cache-Control', cacheControl).send(content);
};

/** What the gateway shows to people and tools. All of it is made once, at start. */
export const servePages = (app: Express, { corsOrigins }: PageOptions): void => {
  app.get('/docs', serve('html', briefly, referencePage()));
  app.get('/openapi.json', allowOrigins(corsOrigins), serve('json', briefly, JSON.stringify(openApiDocument())));
  app.get('/asyncapi.json', allowOrigins(corsOrigins), serve('json', briefly, JSON.stringify(asyncApiDocument())));
  app.get('/assets/style.css', serve('css', briefly, style));
};
