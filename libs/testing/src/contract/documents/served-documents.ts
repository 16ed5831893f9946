import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { HttpMessage } from './read-http';

type Json = Record<string, unknown>;

/** What the product says of itself, as a judge of what it does. Each answers with the fault, or with nothing. */
export interface ServedDocuments {
  /** @param request absent: there was none that could be read */
  judgeReply(request: { method: string; path: string } | undefined, reply: HttpMessage): { operation: string; fault: string | undefined };
  judgeMessage(keys: readonly string[], payload: unknown): string | undefined;
  /** The messages that acknowledge an event. */
  replyKeys(event: string): readonly string[];
  /** The message that is pushed under a name; undefined: there is none. */
  pushedKey(event: string): string | undefined;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, ...path: string[]): unknown => path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
const escaped = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Replies may get more fields, but these have none that is not documented. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed);
  if (!isObject(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, key === 'examples' || key === 'example' ? part : closed(part)]));
  return value['type'] === 'object' && isObject(value['properties']) ? { ...inner, additionalProperties: false } : inner;
};

const readDocument = async (url: string): Promise<Json> => closed(await (await fetch(url)).json()) as Json;

const statusOf = ({ start }: HttpMessage): string => /^HTTP\/1\.1 (\d{3})/.exec(start)?.[1] ?? 'no status';
const parsed = (text: string): unknown => {
  try { return JSON.parse(text); } catch { return undefined; }
};

/** Reads the documents of a running product. A schema is compiled when it is needed first, once. */
export const readServedDocuments = async (url: string): Promise<ServedDocuments> => {
  const [openApi, asyncApi] = await Promise.all([readDocument(`${url}/openapi.json`), readDocument(`${url}/asyncapi.json`)]);
  const ajv = new Ajv2020({ strict: true, strictTypes: false });
  addFormats(ajv);
  // The documents are no schemas themselves: only what they hold is.
  ajv.addVocabulary([...new Set([...Object.keys(openApi), ...Object.keys(asyncApi)])]).addSchema(openApi, 'openapi').addSchema(asyncApi, 'asyncapi');
  const compiled = new Map<string, ValidateFunction>();
  const faultBySchema = (pointer: string, value: unknown): string | undefined => {
    const validate = compiled.get(pointer) ?? ajv.getSchema(pointer);
    if (validate === undefined) return `there is no schema at ${pointer}`;
    compiled.set(pointer, validate);
    return validate(value) === true ? undefined : ajv.errorsText(validate.errors);
  };

  const templates = Object.keys(openApi['paths'] as Json).filter((path) => path.includes('{')).map((path) => ({ path, fits: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }));
  const declaredPath = (path: string): string => templates.find(({ fits }) => fits.test(path))?.path ?? path;
  /** Where the replies to a request are declared. */
  const declaredFor = (request: { method: string; path: string } | undefined, reply: HttpMessage): string[] => {
    if (!reply.headers.has('content-type') && at(openApi, 'x-no-http', 'responses', statusOf(reply)) !== undefined) return ['x-no-http'];
    if (request === undefined) return ['x-no-http'];
    const path = declaredPath(request.path === '/socket.io' ? '/socket.io/' : request.path);
    const operation = ['paths', path, request.method.toLowerCase()];
    return at(openApi, ...operation) === undefined ? ['x-other-requests'] : operation;
  };
  const declaredReply = (place: readonly string[], status: string): string[] => {
    const ref = at(openApi, ...place, 'responses', status, '$ref');
    return typeof ref === 'string' ? ref.slice(2).split('/') : [...place, 'responses', status];
  };
  const faultOfReply = (place: readonly string[], reply: HttpMessage): string | undefined => {
    const declared = declaredReply(place, statusOf(reply));
    if (at(openApi, ...declared) === undefined) return `status ${statusOf(reply)} is not declared`;
    const content = at(openApi, ...declared, 'content');
    const type = reply.headers.get('content-type')?.split(';')[0];
    if (content === undefined) return reply.body === '' ? undefined : 'no body is declared';
    if (type === undefined || at(content, type) === undefined) return `the type ${type} is not declared`;
    const body = type.endsWith('json') ? parsed(reply.body) : reply.body;
    return faultBySchema(`openapi#/${[...declared, 'content', type, 'schema'].map(escaped).join('/')}`, body);
  };

  const keysAt = (...path: string[]): string[] => ((at(asyncApi, 'operations', ...path) ?? []) as { $ref: string }[]).map(({ $ref }) => $ref.split('/').at(-1) ?? '');
  return {
    judgeReply(request, reply) {
      const place = declaredFor(request, reply);
      const fault = faultOfReply(place, reply);
      return {
        operation: place[0] === 'paths' ? `${request?.method} ${request?.path}` : place[0] ?? '',
        fault: fault === undefined ? undefined : `${request?.method} ${request?.path} → ${reply.start}: ${fault}\n${reply.body.slice(0, 600)}`,
      };
    },
    judgeMessage(keys, payload) {
      const faults = keys.map((key) => faultBySchema(`asyncapi#/components/messages/${escaped(key)}/payload`, payload));
      return faults.includes(undefined) ? undefined : `${keys.join(' or ')}: ${faults.join('; or ')}\n${JSON.stringify(payload)?.slice(0, 600)}`;
    },
    replyKeys: (event) => keysAt(at(asyncApi, 'operations', event, 'action') === 'receive' ? event : 'unknownEvent', 'reply', 'messages'),
    pushedKey: (event) => (at(asyncApi, 'operations', event, 'action') === 'send' ? keysAt(event, 'messages')[0] : undefined),
  };
};
