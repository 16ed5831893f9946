import { request, type Agent } from 'node:http';
import type { Connection, MadeCall, PlannedCall } from './call';

/** As long as the gateway itself waits for a service. */
const answerWithinMs = 10_000;

/**
 * Makes one call, once: no client here tries again.
 * @param agent keeps connections; absent: one of its own, closed after it
 */
export const makeCall = (url: string, { service, name, method, path, body }: PlannedCall, agent?: Agent): Promise<MadeCall> => new Promise((resolve) => {
  const begunAt = performance.now();
  const connection: Connection = agent === undefined ? 'new' : 'kept';
  const end = (failure?: string): void => {
    clearTimeout(late);
    resolve({ service, name, connection, begunAt, endedAt: performance.now(), ...(failure === undefined ? {} : { failure }) });
  };
  const content = body === undefined ? undefined : JSON.stringify(body);
  const asked = request(url + path, {
    method, agent: agent ?? false, ...(content === undefined ? {} : { headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) } }),
  }, (reply) => {
    const pieces: Buffer[] = [];
    reply.on('data', (piece: Buffer) => { pieces.push(piece); });
    reply.once('end', () => { end(reply.statusCode === 200 ? undefined : `${reply.statusCode ?? 0} ${Buffer.concat(pieces).toString().replace(/\s+/g, ' ').slice(0, 200)}`); });
    reply.once('error', (error) => { end(`the reply broke off: ${error.message}`); });
  });
  const late = setTimeout(() => { asked.destroy(new Error(`no answer within ${answerWithinMs / 1000} s`)); }, answerWithinMs);
  asked.once('error', (error: NodeJS.ErrnoException) => { end(`${error.code ?? ''} ${error.message}`.trim()); });
  asked.end(content);
});
