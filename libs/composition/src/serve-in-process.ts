import { apiPrefix, findEndpoint, internalCallOwners, internalPrefix, type InternalCallName, type ServiceName } from '@chat-backend/contracts';
import { messagesOf, type ServeOptions, type Service } from '@chat-backend/service-kit';

type LocalServices = ReadonlyMap<ServiceName, Service>;

const nameBelow = (prefix: string, path: string): string | undefined =>
  path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1).split('/', 1)[0] : undefined;

/** Which service answers a path, by the route table and the table of internal calls. */
const ownerOf = (path: string): ServiceName | undefined => {
  const call = nameBelow(internalPrefix, path);
  if (call !== undefined) return internalCallOwners[call as InternalCallName];
  return findEndpoint(nameBelow(apiPrefix, path) ?? '')?.service;
};

/**
 * What a process answers: its gateway, and, where other processes run other services, the internal calls of those here.
 * Without a gateway each path goes to its service. What belongs to nobody here is refused by the first app.
 */
export const serveInProcess = (services: LocalServices, isWhole: boolean): Pick<ServeOptions, 'app' | 'messages'> => {
  const [first] = services.values();
  const edge = services.get('gateway') ?? first;
  if (edge === undefined) throw new Error('a process runs at least one service');
  const messages = messagesOf(edge.app);
  if (isWhole) return { app: edge.app, messages };
  const serve: ServeOptions['app'] = (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const isForGateway = services.has('gateway') && nameBelow(internalPrefix, path) === undefined;
    const owner = isForGateway ? edge.name : ownerOf(path);
    const service = (owner === undefined ? undefined : services.get(owner)) ?? edge;
    service.app(request, response);
  };
  return { app: serve, messages };
};
