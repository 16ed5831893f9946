import { idsOf, startSocialGraphUnderTest, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('search-users', () => {
  let graph: SocialGraphUnderTest;
  let me: string;
  beforeAll(async () => {
    graph = await startSocialGraphUnderTest();
    me = await graph.addUser({ userName: 'Searcher', email: 'me@example.com' });
  });
  afterAll(() => graph.stop());
  afterEach(() => graph.database.query('delete from users where id <> $1', [me]));

  const find = async (query: string) => idsOf((await graph.call('search-users', me, { query })).body.data);

  it('finds by the beginning of a name in any case, in the order of names', async () => {
    const anna = await graph.addUser({ userName: 'ANNA' });
    const ann = await graph.addUser({ userName: 'ann' });
    await graph.addUser({ userName: 'Joann' });
    expect(await find('aNN')).toEqual([ann, anna]);
  });

  it.each([['ÖLAF', 'öl'], ['Ωmega', 'ω'], ['пётр', 'ПЁТ'], ['語学', '語'], ['🙂 smile', '🙂']])('finds %s by %s', async (userName, query) => {
    const id = await graph.addUser({ userName });
    expect(await find(query)).toEqual([id]);
  });

  it.each([['%', '%off'], ['_', '_under'], ['\\', '\\slash'], ['100%', '100% sure'], ['a\\%', 'a\\%b']])('takes %s as it is written', async (query, userName) => {
    const id = await graph.addUser({ userName });
    for (const other of ['abc', 'a%b', 'a\\b', '1000']) await graph.addUser({ userName: other });
    expect(await find(query)).toEqual([id]);
  });

  it('finds by the whole address only, and never shows it', async () => {
    const id = await graph.addUser({ email: 'bob@example.com' });
    expect((await graph.call('search-users', me, { query: ' Bob@Example.com ' })).body).toEqual({
      success: true, message: 'Users list retrieved successfully', data: [{ id, user_name: null, about: null, profile_image: null }],
    });
    expect(await find('bob@example.co')).toEqual([]);
  });

  it('finds once who matches in both ways', async () => {
    const id = await graph.addUser({ email: 'eve@example.com', userName: 'eve@example.com' });
    expect(await find('eve@example.com')).toEqual([id]);
  });

  it('hides oneself, the unverified, and who blocks or is blocked', async () => {
    await graph.addUser({ userName: 'search one', isVerified: false });
    await graph.block(me, await graph.addUser({ userName: 'search two', email: 'two@example.com' }));
    await graph.block(await graph.addUser({ userName: 'search three', email: 'three@example.com' }), me);
    expect(await find('search')).toEqual([]);
    for (const address of ['me@example.com', 'two@example.com', 'three@example.com']) expect(await find(address)).toEqual([]);
  });

  it('gives everybody once to who follows its cursors', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `page "${String(index).padStart(2, '0')}`);
    const people = await Promise.all([...names, ...names, ...names].map(async (userName) => ({ userName, id: await graph.addUser({ userName }) })));
    const pages = await graph.readAll('search-users', me, { query: 'Page' });
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20]);
    const expected = people.sort((one, other) => one.userName === other.userName ? (one.id < other.id ? -1 : 1) : (one.userName < other.userName ? -1 : 1));
    expect(idsOf(pages.flat())).toEqual(expected.map(({ id }) => id));
  });

  it('pages past the longest names', async () => {
    const ids = [await graph.addUser({ userName: '語'.repeat(64) }), await graph.addUser({ userName: 'İ'.repeat(64) }), await graph.addUser({ userName: '語'.repeat(64) })];
    expect((await graph.readAll('search-users', me, { query: '語', limit: 1 })).map(idsOf)).toEqual([[ids[0]], [ids[2]]]);
    expect(await find('İ')).toEqual([ids[1]]);
  });

  it('refuses a forged cursor whose name Postgres could not take', async () => {
    const cursor = Buffer.from(JSON.stringify(['search-users', { name: 'a\u0000', id: me }])).toString('base64url');
    expect(await graph.call('search-users', me, { query: 'a', cursor })).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] } });
  });
});

describe('search-users in contract mode', () => {
  it('shows users whose address is not verified', async () => {
    const graph = await startSocialGraphUnderTest({ EXPOSE_OTP: 'true' });
    const id = await graph.addUser({ userName: 'new here', isVerified: false });
    const reply = await graph.call('search-users', await graph.addUser(), { query: 'new' });
    expect(idsOf(reply.body.data)).toEqual([id]);
    await graph.stop();
  });
});
