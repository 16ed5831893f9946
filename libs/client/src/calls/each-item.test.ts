import { randomUUID } from 'node:crypto';
import { openBench, type TestBench } from '../client.fixture';

const me = randomUUID();
let bench: TestBench;
beforeEach(async () => { bench = await openBench(); });
afterEach(() => bench.stop());

describe('each item of a list', () => {
  it('comes once, over all pages, and no page is asked for before it is needed', async () => {
    const friends = Array.from({ length: 5 }, () => randomUUID());
    for (const friend of friends) bench.server.store.befriend(me, friend);
    const { client } = bench.client({ session: bench.server.session(me) });
    const pages = () => bench.server.counted.calls.filter(({ name }) => name === 'get-all-friends').length;
    const seen: [string, number][] = [];
    for await (const { id } of client.each('get-all-friends', { limit: 2 })) seen.push([id, pages()]);
    expect(seen).toEqual(friends.map((friend, index) => [friend, Math.floor(index / 2) + 1]));
  });
});
