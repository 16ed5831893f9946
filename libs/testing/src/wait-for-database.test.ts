import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { createTestDatabase, type TestDatabase } from './test-database';
import { waitForDatabase } from '@chat-backend/database';

const closedPort = async (): Promise<number> => {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

describe('waiting for the database', () => {
  let database: TestDatabase;
  beforeAll(async () => { database = await createTestDatabase(); });
  afterAll(() => database.drop());

  const wait = (url: string, options: { seconds?: number; onRetry?: (reason: string) => void; signal?: AbortSignal } = {}) =>
    waitForDatabase({ url, seconds: 0, onRetry: () => undefined, ...options });

  it('ends when it answers', async () => {
    await expect(wait(database.administratorUrl)).resolves.toBeUndefined();
  });

  it('says where nothing answers and what to do, and never the password', async () => {
    const port = await closedPort();
    const error = await wait(`postgresql://chat:hunter22@127.0.0.1:${port}/chat`).catch((reason: unknown) => reason as Error);
    expect(error?.message).toBe(`No Postgres answers at 127.0.0.1:${port}/chat (ECONNREFUSED). Start it or correct DATABASE_URL; without DATABASE_URL an embedded one is used.`);
  });

  it('tries again, telling why, until it is told to stop', async () => {
    const port = await closedPort();
    const stopping = new AbortController();
    const reasons: string[] = [];
    const onRetry = (reason: string): void => { reasons.push(reason); stopping.abort(); };
    await expect(wait(`postgresql://chat:hunter22@127.0.0.1:${port}/chat`, { seconds: 60, onRetry, signal: stopping.signal })).rejects.toThrow('aborted');
    expect(reasons).toEqual([`No Postgres answers at 127.0.0.1:${port}/chat (ECONNREFUSED)`]);
  });

  it.each([
    ['a wrong password', (url: URL) => { url.password = 'wrong'; }, 'refused the user or the password'],
    ['a database that is not there', (url: URL) => { url.pathname = '/nowhere'; }, 'does not have that database'],
  ])('does not wait for %s to heal', async (_what, spoil, message) => {
    const url = new URL(database.administratorUrl);
    spoil(url);
    await expect(wait(url.href, { seconds: 60 })).rejects.toThrow(message);
  });
});
