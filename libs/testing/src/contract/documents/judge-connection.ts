import { judgeSession, sessionIdIn, type JudgedSession, type TellJudged } from './judge-packets';
import { createBytes, feeding } from './read-bytes';
import { readFrames } from './read-frames';
import { readHttp, type HttpMessage } from './read-http';
import type { ServedDocuments } from './served-documents';

/** Both directions of one connection, as their bytes come by. */
export interface JudgedConnection {
  fromClient(piece: Buffer): void;
  fromServer(piece: Buffer): void;
}

/** Sessions that polls and WebSockets share, by their ids. */
export type Sessions = Map<string, JudgedSession>;

interface SentRequest { method: string; path: string; query: URLSearchParams; body: string }

const separator = '\u001e';
const isSocketPath = (path: string): boolean => path === '/socket.io/' || path === '/socket.io';

const asRequest = ({ start, body }: HttpMessage): SentRequest => {
  const [method = '', target = ''] = start.split(' ');
  // A target may name its server, too.
  const [path = '', query = ''] = target.replace(/^https?:\/\/[^/]*/, '').split('?', 2);
  return { method, path, query: new URLSearchParams(query), body };
};

export const judgeConnection = (documents: ServedDocuments, sessions: Sessions, tell: TellJudged): JudgedConnection => {
  const requests: SentRequest[] = [];
  const [fromClient, fromServer] = [createBytes(), createBytes()];

  /** That of the request, or a new one, known by its id as soon as the server has named it. */
  const sessionOf = (request: SentRequest): JudgedSession => {
    const known = sessions.get(request.query.get('sid') ?? '');
    if (known !== undefined) return known;
    const session = judgeSession(documents, tell);
    return {
      ...session,
      fromServer(text) {
        const id = sessionIdIn(text);
        if (id !== undefined) sessions.set(id, session);
        session.fromServer(text);
      },
    };
  };

  const becomeWebSocket = (request: SentRequest): void => {
    const session = sessionOf(request);
    feedServer = feeding(readFrames(fromServer, session.fromServer));
    feedClient = feeding(readFrames(fromClient, session.fromClient));
  };
  const judgePolling = (request: SentRequest, reply: HttpMessage): void => {
    const session = sessionOf(request);
    if (request.method === 'POST') for (const packet of request.body.split(separator)) session.fromClient(packet);
    else for (const packet of reply.body.split(separator)) session.fromServer(packet);
  };

  const takeReply = (reply: HttpMessage): void => {
    if (/^HTTP\/1\.1 100/.test(reply.start)) return;
    const request = requests.shift();
    const { operation, fault } = documents.judgeReply(request, reply);
    tell(operation, fault);
    if (request === undefined || !isSocketPath(request.path)) return;
    if (/^HTTP\/1\.1 101/.test(reply.start)) becomeWebSocket(request);
    else if (/^HTTP\/1\.1 200/.test(reply.start)) judgePolling(request, reply);
  };

  let feedClient = feeding(readHttp(fromClient, (message) => { requests.push(asRequest(message)); }));
  let feedServer = feeding(readHttp(fromServer, takeReply));
  return {
    fromClient: (piece) => { feedClient(piece); },
    fromServer: (piece) => { feedServer(piece); },
  };
};
