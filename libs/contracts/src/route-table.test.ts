import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedEndpoints } from './documented-endpoints.fixture';
import { errorCodes } from './error-codes';
import { replySchema } from './endpoint';
import { findEndpoint, routeTable } from './route-table';

describe('the route table', () => {
  it.each(documentedEndpoints)('has %s with the documented message', (name, message) => {
    expect(findEndpoint(name)?.message).toBe(message);
  });

  it('names every endpoint once', () => {
    const names = routeTable.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('names only published refusals', () => {
    const unknown = routeTable.flatMap(({ refusals }) => refusals).filter((code) => !(code in errorCodes));
    expect(unknown).toEqual([]);
  });

  it('makes a schema of a reply that refuses another message', () => {
    const endpoint = findEndpoint('remove-friend');
    if (!endpoint) throw new Error('remove-friend is gone');
    const schema = replySchema(endpoint);
    expect(schema.safeParse({ success: true, message: 'Friend removed successfully.' }).success).toBe(true);
    expect(schema.safeParse({ success: true, message: 'Friend removed' }).success).toBe(false);
  });
});

describe('a package that browsers load', () => {
  it('needs zod alone', () => {
    const { dependencies } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { dependencies: object };
    expect(Object.keys(dependencies)).toEqual([]);
  });
});
