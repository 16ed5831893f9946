import type { ErrorCode } from './error-codes';
import { failureResponses } from './openapi-failures';

export const besideCalls = { name: 'Beside the calls', description: 'Health, the documents, pages for people, and where sockets connect.' };

const tags = [besideCalls.name];
const json = (description: string, schema: object) => ({ description, content: { 'application/json': { schema } } });
const object = (properties: Record<string, object>) => ({ type: 'object', properties, required: Object.keys(properties) });
const get = (operationId: string, summary: string, responses: object, more: object = {}) => ({ get: { operationId, tags, summary, security: [], responses, ...more } });
const page = (operationId: string, summary: string) => get(operationId, summary, { 200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } } });

const alive = { 200: json('It runs.', object({ status: { const: 'alive' } })) };
const ready = {
  200: json('Everything that it depends on answers.', object({ status: { const: 'ready' } })),
  503: json('It should get no calls now.', object({ status: { const: 'not ready' }, reasons: { type: 'array', items: { type: 'string' } } })),
};

/** Engine.IO's own refusals, beside the documented ones. */
const engineFailure = object({ code: { type: 'integer' }, message: { type: 'string' } });
const toSockets: readonly ErrorCode[] = ['ORIGIN_NOT_ALLOWED', 'RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE'];
const engineReplies = {
  101: { description: 'The connection is a WebSocket from here on: see /asyncapi.json.' },
  200: { description: 'By polling: packets of Engine.IO, whose messages /asyncapi.json describes.', content: { 'text/plain': { schema: { type: 'string' } }, 'text/html': { schema: { const: 'ok' } } } },
  204: { description: 'What a page of another origin may send.' },
  400: json('The request is none of Engine.IO 4, or its session is over.', engineFailure),
  413: { description: 'The packets are too large.' },
  ...failureResponses(toSockets),
};
const transport = [
  { name: 'EIO', in: 'query', required: true, schema: { const: '4' } },
  { name: 'transport', in: 'query', required: true, schema: { enum: ['websocket', 'polling'] } },
  { name: 'sid', in: 'query', description: 'The session that goes on; absent: a new one.', schema: { type: 'string' } },
];
const engine = (operationId: string, summary: string) => ({ operationId, tags, summary, security: [], parameters: transport, responses: engineReplies });

/** What the gateway answers that is no call. */
export const pathsBesideCalls = () => ({
  '/livez': get('livez', 'Whether the process runs; asks nothing else.', alive),
  '/healthz': get('healthz', 'The same as /livez.', alive),
  '/readyz': get('readyz', 'Whether everything that it depends on answers.', ready),
  '/openapi.json': get('openapi', 'This document.', { 200: json('OpenAPI 3.1', { type: 'object' }) }),
  '/asyncapi.json': get('asyncapi', 'The events of sockets.', { 200: json('AsyncAPI 3', { type: 'object' }) }),
  '/': page('home', 'The page to begin with.'),
  '/docs': page('docs', 'The reference for people, with calls that can be tried.'),
  '/verify-email': page('verifyEmailPage', 'Where the link of a mail leads that confirms an address.'),
  '/reset-password': page('resetPasswordPage', 'Where the link of a mail leads that sets a new password.'),
  '/mark.svg': get('mark', 'The mark of the page.', { 200: { description: 'A picture', content: { 'image/svg+xml': { schema: { type: 'string' } } } } }),
  '/web/{file}': get('webFile', 'What the page at / loads.', {
    200: { description: 'Scripts and styles, named by their content.', content: Object.fromEntries(['text/javascript', 'text/css'].map((type) => [type, { schema: { type: 'string' } }])) },
    ...failureResponses(['ENDPOINT_NOT_FOUND']),
  }, { parameters: [{ name: 'file', in: 'path', required: true, schema: { type: 'string' } }] }),
  '/assets/{file}': get('asset', 'What pages load.', {
    200: { description: 'Scripts, styles, pictures.', content: Object.fromEntries(['text/javascript', 'text/css', 'image/svg+xml', 'image/png', 'font/woff2'].map((type) => [type, { schema: { type: 'string' } }])) },
    ...failureResponses(['ENDPOINT_NOT_FOUND']),
  }, { parameters: [{ name: 'file', in: 'path', required: true, schema: { type: 'string' } }] }),
  '/socket.io/': {
    get: engine('openSocket', 'Opens a socket (Engine.IO 4, path of Socket.IO), or polls for its packets.'),
    post: {
      ...engine('pollingPost', 'Packets of a client that polls.'),
      requestBody: { required: true, content: { 'text/plain': { schema: { type: 'string' } } } },
    },
  },
});

const toOtherRequests: readonly ErrorCode[] = ['MALFORMED_JSON', 'ENDPOINT_NOT_FOUND', 'METHOD_NOT_ALLOWED', 'RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE'];

/** What can be refused here, for the responses that are shared. */
export const refusalsBesideCalls: readonly (readonly ErrorCode[])[] = [toSockets, toOtherRequests, ['ENDPOINT_NOT_FOUND']];

/** What answers a request that no path above declares. */
export const otherRequests = () => ({
  description: 'Any other path, and any other method of these.',
  responses: { 204: { description: 'To OPTIONS: `Allow` names the methods, and an allowed origin is told what it may send.' }, ...failureResponses(toOtherRequests) },
});

/** What answers a request that breaks HTTP itself; the connection ends then. */
export const noHttp = () => ({
  description: 'What is no HTTP/1.1, or asks for what there is not in it. The answer has no body.',
  responses: {
    400: { description: 'It is no HTTP.' }, 408: { description: 'It took too long to arrive.' }, 413: { description: 'Its chunks have too many extensions.' },
    417: { description: 'It expects what there is not.' }, 431: { description: 'Its headers are too large.' }, 505: { description: 'It is of another version.' },
  },
});
