import { asyncApiDocument } from './asyncapi';
import { openApiDocument } from './openapi';

const asText = (document: object): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** The documents as they are kept in `docs/`, by the names of their files. */
export const documentFiles = (): Readonly<Record<string, string>> => ({
  'openapi.json': asText(openApiDocument()),
  'asyncapi.json': asText(asyncApiDocument()),
});
