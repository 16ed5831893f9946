import type { IncomingMessage } from 'node:http';

/** Set by the gateway: which of several processes this is, in its words. */
export const tagHeader = 'x-realtime-tag';
const tag = /^[0-9a-f]{8}$/;

interface IdGenerator { generateId(request: IncomingMessage): string | PromiseLike<string> }

/** Begins the ids of connections with the gateway's tag, so that it finds this process again for each later polling request. */
export const tagConnectionIds = (engine: IdGenerator): void => {
  const generateId = engine.generateId.bind(engine);
  engine.generateId = async (request) => {
    const given = request.headers[tagHeader];
    const id = await generateId(request);
    return typeof given === 'string' && tag.test(given) ? `${given}.${id}` : id;
  };
};
