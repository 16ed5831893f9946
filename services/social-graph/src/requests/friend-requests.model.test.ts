import { storedLog } from '@chat-backend/testing';
import fc from 'fast-check';
import type { Side } from '../friends/log-friendship';
import { idsOf, startSocialGraphUnderTest, type SocialGraphUnderTest } from '../social-graph.fixture';

/** Users are 0, 1 and 2; a direction is written `from>to`. */
type Status = 'pending' | 'accepted' | 'rejected' | 'cancelled';
/** The newest event in one user's log about another, and its number. */
interface Told { me: number; other: number; state: Side['state']; number: number }
interface World { requests: Map<string, Status>; friends: Set<string>; blocks: Set<string>; told: Map<string, Told>; lastNumbers: [number, number, number] }
interface Step { act: Act; me: number; other: number }

const emptyWorld = (): World => ({ requests: new Map(), friends: new Set(), blocks: new Set(), told: new Map(), lastNumbers: [0, 0, 0] });
const way = (from: number, to: number): string => `${from}>${to}`;
const pair = (one: number, other: number): string => way(Math.min(one, other), Math.max(one, other));
const isBlocked = ({ blocks }: World, one: number, other: number): boolean => blocks.has(way(one, other)) || blocks.has(way(other, one));

const tellOne = ({ told, lastNumbers }: World, me: number, other: number, state: Side['state']): void => {
  const number = (lastNumbers[me] ?? 0) + 1;
  lastNumbers[me] = number;
  told.set(way(me, other), { me, other, state, number });
};
/** What each log says last about the other; the same for both, unless the other's is named. */
const tellBoth = (world: World, me: number, other: number, mine: Side['state'], theirs = mine): void => {
  tellOne(world, me, other, mine);
  tellOne(world, other, me, theirs);
};

/** Ends the pending request, or answers that there is none. */
const end = (world: World, from: number, to: number, status: Status): string => {
  if (world.requests.get(way(from, to)) !== 'pending') return 'REQUEST_NOT_FOUND';
  world.requests.set(way(from, to), status);
  tellBoth(world, from, to, status === 'accepted' ? 'friends' : 'none');
  return 'success';
};

/** What each act does to the world and answers: the rules again, written down apart from the service. */
const rules = {
  'sent-request': (world: World, me: number, other: number): string => {
    if (me === other) return 'CANNOT_BEFRIEND_YOURSELF';
    if (isBlocked(world, me, other)) return 'USER_NOT_FOUND';
    if (world.friends.has(pair(me, other))) return 'ALREADY_FRIENDS';
    if (world.requests.get(way(other, me)) === 'pending') return 'REQUEST_ALREADY_RECEIVED';
    if (world.requests.get(way(me, other)) === 'pending') return 'success';
    world.requests.set(way(me, other), 'pending');
    tellBoth(world, me, other, 'requestSent', 'requestReceived');
    return 'success';
  },
  'accept-request': (world: World, me: number, other: number): string => {
    if (isBlocked(world, me, other)) return 'REQUEST_NOT_FOUND';
    const answer = end(world, other, me, 'accepted');
    if (answer === 'success') world.friends.add(pair(me, other));
    return answer;
  },
  'reject-request': (world: World, me: number, other: number): string => end(world, other, me, 'rejected'),
  'cancel-request': (world: World, me: number, other: number): string => end(world, me, other, 'cancelled'),
  'remove-friend': (world: World, me: number, other: number): string => {
    if (!world.friends.delete(pair(me, other))) return 'FRIEND_NOT_FOUND';
    tellBoth(world, me, other, 'none');
    return 'success';
  },
  'block-user': (world: World, me: number, other: number): string => {
    if (me === other) return 'CANNOT_BLOCK_YOURSELF';
    if (world.blocks.has(way(me, other))) return 'success';
    world.blocks.add(way(me, other));
    const ways = [way(me, other), way(other, me)];
    const hasEnded = world.friends.delete(pair(me, other)) || ways.some((each) => world.requests.get(each) === 'pending');
    for (const each of ways) world.requests.delete(each);
    tellOne(world, me, other, 'blocked');
    if (hasEnded) tellOne(world, other, me, 'none');
    return 'success';
  },
  'unblock-user': (world: World, me: number, other: number): string => {
    if (!world.blocks.delete(way(me, other))) return 'BLOCK_NOT_FOUND';
    tellOne(world, me, other, 'none');
    return 'success';
  },
};
type Act = keyof typeof rules;

/** Whom each list shows to the user, sorted. */
const listsOf = ({ requests, friends, blocks }: World, me: number): Record<string, number[]> => {
  const others = [0, 1, 2].filter((other) => other !== me);
  return {
    'get-all-user-sent-requests': others.filter((other) => requests.get(way(me, other)) === 'pending'),
    'get-all-received-requests': others.filter((other) => requests.get(way(other, me)) === 'pending'),
    'get-all-users-accept-requests': others.filter((other) => [way(me, other), way(other, me)].some((request) => requests.get(request) === 'accepted')),
    'get-all-friends': others.filter((other) => friends.has(pair(me, other))),
    'get-blocked-users': others.filter((other) => blocks.has(way(me, other))),
  };
};

const weighted = (act: Act, weight: number) => ({ arbitrary: fc.constant(act), weight });
const user = fc.integer({ min: 0, max: 2 });
const steps: fc.Arbitrary<Step[]> = fc.array(fc.record({
  act: fc.oneof(weighted('sent-request', 8), weighted('accept-request', 5), weighted('reject-request', 2), weighted('cancel-request', 2),
    weighted('remove-friend', 2), weighted('block-user', 2), weighted('unblock-user', 1)),
  me: user, other: user,
}), { minLength: 4, maxLength: 12 });

describe('friend requests', () => {
  let graph: SocialGraphUnderTest;
  beforeAll(async () => { graph = await startSocialGraphUnderTest(); });
  afterAll(() => graph.stop());

  const perform = async ({ act, me, other }: Step, ids: readonly string[]): Promise<string> => {
    const [mine, theirs] = [ids[me] ?? '', ids[other] ?? ''];
    return (await graph.call(act, mine, { to: theirs })).body.code ?? 'success';
  };

  const expectLists = async (world: World, me: number, ids: readonly string[]): Promise<void> => {
    await Promise.all(Object.entries(listsOf(world, me)).map(async ([verb, people]) => {
      const listed = idsOf((await graph.call(verb, ids[me] ?? '')).body.data);
      expect([verb, listed.sort()]).toEqual([verb, people.map((person) => ids[person] ?? '').sort()]);
    }));
  };

  const expectLog = async (world: World, me: number, ids: readonly string[]): Promise<void> => {
    const told = [...world.told.values()].filter((each) => each.me === me).sort((one, other) => one.number - other.number);
    expect(await storedLog(graph.database, ids[me] ?? '')).toMatchObject(told.map(({ other, state, number }) => ({ kind: 'friendship', user: { id: ids[other] }, state, number })));
  };

  it('follow the rules whatever three users do', async () => {
    await fc.assert(fc.asyncProperty(steps, async (sequence) => {
      const ids = await graph.addUsers(3);
      const world = emptyWorld();
      for (const step of sequence) expect([step, await perform(step, ids)]).toEqual([step, rules[step.act](world, step.me, step.other)]);
      for (const me of [0, 1, 2]) await Promise.all([expectLists(world, me, ids), expectLog(world, me, ids)]);
    }), { numRuns: 50, seed: 20261124 });
  }, 120_000);
});
