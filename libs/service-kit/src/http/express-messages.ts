import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import express, { type Express } from 'express';

/** What a server makes its requests and replies of. */
export type Messages = Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;

/**
 * Requests and replies that are the app's own from the beginning. Express puts its own prototype under each that it is given, and an object
 * whose prototype is exchanged is slow from then on, wherever it is used, in Node's own code as well: that cost three quarters of a small call.
 * Those that have the prototype already stay as they are. Any other server may still call the app with Node's own.
 */
export const messagesOf = (app: Express): Messages => {
  class AppRequest extends IncomingMessage {}
  class AppResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(AppRequest.prototype, express.request);
  Object.setPrototypeOf(AppResponse.prototype, express.response);
  Object.assign(AppRequest.prototype, { app });
  Object.assign(AppResponse.prototype, { app });
  Object.assign(app, { request: AppRequest.prototype, response: AppResponse.prototype });
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
};
