import fc from 'fast-check';
import { idsOf, startSocialGraphUnderTest, type SocialGraphUnderTest } from '../social-graph.fixture';

/** Users are 0, 1 and 2; a direction is written `from>to`. */
type Status = 'pending' | 'accepted' | 'rejected' | 'cancelled';
interface World { requests: Map<string, Status>; friends: Set<string>; blocks: Set<string> }
interface Step { act: Act; me: number; other: number }

const emptyWorld = (): World => ({ requests: new Map(), friends: new Set(), blocks: new Set() });
const way = (from: number, to: number): string => `${from}>${to}`;
const pair = (one: number, other: number): string => way(Math.min(one, other), Math.max(one, other));
const isBlocked = ({ blocks }: World, one: number, other: number): boolean => blocks.has(way(one, other)) || blocks.has(way(other, one));

/** Ends the pending request, or answers that there is none. */
const end = ({ requests }: World, request: string, status: Status): string => {
  if (requests.get(request) !== 'pending') return 'REQUEST_NOT_FOUND';
  requests.set(request, status);
  return 'success';
};

/** What each act does to the world and answers: the rules again, written down apart from the service. */
const rules = {
  'sent-request': (world: World, me: number, other: number): string => {
    if (me === other) return 'CANNOT_BEFRIEND_YOURSELF';
    if (isBlocked(world, me, other)) return 'USER_NOT_FOUND';
    if (world.friends.has(pair(me, other))) return 'ALREADY_FRIENDS';
    if (world.requests.get(way(other, me)) === 'pending') return 'REQUEST_ALREADY_RECEIVED';
    world.requests.set(way(me, other), 'pending');
    return 'success';
  },
  'accept-request': (world: World, me: number, other: number): string => {
    if (isBlocked(world, me, other)) return 'REQUEST_NOT_FOUND';
    const answer = end(world, way(other, me), 'accepted');
    if (answer === 'success') world.friends.add(pair(me, other));
    return answer;
  },
  'reject-request': (world: World, me: number, other: number): string => end(world, way(other, me), 'rejected'),
  'cancel-request': (world: World, me: number, other: number): string => end(world, way(me, other), 'cancelled'),
  'remove-friend': ({ friends }: World, me: number, other: number): string => friends.delete(pair(me, other)) ? 'success' : 'FRIEND_NOT_FOUND',
  /** Not a verb yet: written to the table by the test. */
  block: ({ blocks }: World, me: number, other: number): string => { if (me !== other) blocks.add(way(me, other)); return 'success'; },
};
type Act = keyof typeof rules;

/** Whom each list shows to the user, sorted. */
const listsOf = ({ requests, friends }: World, me: number): Record<string, number[]> => {
  const others = [0, 1, 2].filter((other) => other !== me);
  return {
    'get-all-user-sent-requests': others.filter((other) => requests.get(way(me, other)) === 'pending'),
    'get-all-received-requests': others.filter((other) => requests.get(way(other, me)) === 'pending'),
    'get-all-users-accept-requests': others.filter((other) => [way(me, other), way(other, me)].some((request) => requests.get(request) === 'accepted')),
    'get-all-friends': others.filter((other) => friends.has(pair(me, other))),
  };
};

const weighted = (act: Act, weight: number) => ({ arbitrary: fc.constant(act), weight });
const user = fc.integer({ min: 0, max: 2 });
const steps: fc.Arbitrary<Step[]> = fc.array(fc.record({
  act: fc.oneof(weighted('sent-request', 8), weighted('accept-request', 5), weighted('reject-request', 2), weighted('cancel-request', 2),
    weighted('remove-friend', 2), weighted('block', 1)),
  me: user, other: user,
}), { minLength: 4, maxLength: 12 });

describe('friend requests', () => {
  let graph: SocialGraphUnderTest;
  beforeAll(async () => { graph = await startSocialGraphUnderTest(); });
  afterAll(() => graph.stop());

  const perform = async ({ act, me, other }: Step, ids: readonly string[]): Promise<string> => {
    const [mine, theirs] = [ids[me] ?? '', ids[other] ?? ''];
    if (act !== 'block') return (await graph.call(act, mine, { to: theirs })).body.code ?? 'success';
    if (me !== other) await graph.database.query('insert into blocks (blocker_id, blocked_id) values ($1, $2) on conflict do nothing', [mine, theirs]);
    return 'success';
  };

  const expectLists = async (world: World, me: number, ids: readonly string[]): Promise<void> => {
    await Promise.all(Object.entries(listsOf(world, me)).map(async ([verb, people]) => {
      const listed = idsOf((await graph.call(verb, ids[me] ?? '')).body.data);
      expect([verb, listed.sort()]).toEqual([verb, people.map((person) => ids[person] ?? '').sort()]);
    }));
  };

  it('follow the rules whatever three users do', async () => {
    await fc.assert(fc.asyncProperty(steps, async (sequence) => {
      const ids = await graph.addUsers(3);
      const world = emptyWorld();
      for (const step of sequence) expect([step, await perform(step, ids)]).toEqual([step, rules[step.act](world, step.me, step.other)]);
      for (const me of [0, 1, 2]) await expectLists(world, me, ids);
    }), { numRuns: 50, seed: 20261124 });
  }, 120_000);
});
