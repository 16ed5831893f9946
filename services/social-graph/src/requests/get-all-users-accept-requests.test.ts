import { idsOf, startSocialGraphUnderTest, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('get-all-users-accept-requests', () => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let bob: string;
  let eve: string;
  beforeAll(async () => { graph = await startSocialGraphUnderTest(); });
  afterAll(() => graph.stop());
  beforeEach(async () => { [ann, bob, eve] = await graph.addUsers(3) as [string, string, string]; });

  const accepted = async (userId: string) => idsOf((await graph.call('get-all-users-accept-requests', userId)).body.data);

  it('lists both to each other, whoever sent, also after they are friends no more', async () => {
    await graph.befriend(ann, bob);
    await graph.call('remove-friend', bob, { to: ann });
    expect([await accepted(ann), await accepted(bob)]).toEqual([[bob], [ann]]);
  });

  it('lists nobody whose request is pending, rejected or cancelled', async () => {
    await graph.call('sent-request', ann, { to: bob });
    await graph.call('sent-request', eve, { to: ann });
    await graph.call('reject-request', ann, { to: eve });
    expect(await accepted(ann)).toEqual([]);
  });

  it('lists once who was accepted in both directions, at the newer acceptance', async () => {
    await graph.befriend(ann, bob);
    await graph.call('remove-friend', ann, { to: bob });
    await graph.befriend(ann, eve);
    expect(await accepted(ann)).toEqual([eve, bob]);
    await graph.befriend(bob, ann);
    expect(await accepted(ann)).toEqual([bob, eve]);
    expect((await graph.readAll('get-all-users-accept-requests', ann, { limit: 1 })).map(idsOf)).toEqual([[bob], [eve]]);
  });
});
