import fc from 'fast-check';
import { rules } from './rules.fixture';
import { startGraphServices, type Graph, type GraphServices } from './services.fixture';
import { viewOf } from './views.fixture';
import { emptyWorld, type Command, type World } from './world.fixture';

/** CI's size. By hand: SOCIAL_GRAPHS=2000 npm run test:security -- social-graphs */
const graphs = Number(process.env['SOCIAL_GRAPHS'] ?? 400);
const seed = Number(process.env['SOCIAL_GRAPHS_SEED'] ?? Date.now() % 1_000_000_000);
const users = 4;
/** Graphs have nothing in common: some at once keep both the services and Postgres at work. */
const atOnce = 8;

/** How often each act comes, beside the others. */
const weights: Record<string, number> = {
  'sent-request': 8, 'accept-request': 8, 'reject-request': 1, 'cancel-request': 1, 'remove-friend': 2, 'block-user': 2, 'unblock-user': 2, 'search-users': 2,
  'create-group': 2, 'join-group': 6, 'leave-group': 2, 'remove-member': 2, 'get-group-members': 2,
  send: 12, 'edit-message': 4, 'delete-message': 2, 'get-messages': 4, 'mark-read': 4, 'get-chat-details': 2,
};

/** Most of it happens between two of them, so that it comes to more than first steps. */
const mostlyFirst = (numbers: readonly number[]): fc.Arbitrary<number> =>
  fc.oneof(...numbers.map((number, index) => ({ arbitrary: fc.constant(number), weight: index < 2 ? 3 : 2 })));
/** The other one by the place among all but oneself; the last place is oneself. */
const otherAt = (me: number, place: number): number => [0, 1, 2, 3].filter((user) => user !== me)[place] ?? me;
const command: fc.Arbitrary<Command> = fc.record({
  act: fc.oneof(...Object.entries(weights).map(([act, weight]) => ({ arbitrary: fc.constant(act), weight }))),
  me: mostlyFirst([0, 1, 2, 3]), place: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3), group: fc.constantFrom(0, 0, 0, 0, 1, 2),
  isGroup: fc.boolean(), seq: fc.integer({ min: 1, max: 4 }), text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
}).map(({ place, ...rest }) => ({ ...rest, other: otherAt(rest.me, place) }));

const begin = (act: string, me: number, other: number): Command => ({ act, me, other, group: 0, isGroup: true, seq: 1, text: 'text' });
const acquainted = [begin('create-group', 0, 1), begin('sent-request', 0, 1), begin('accept-request', 1, 0), begin('join-group', 1, 0), begin('join-group', 2, 0)];
/** Half of the graphs begin with two friends and a group of three, the others with a group of one. */
const commands = fc.tuple(fc.constantFrom(1, acquainted.length), fc.array(command, { minLength: 12, maxLength: 36 }))
  .map(([steps, sequence]) => [...acquainted.slice(0, steps), ...sequence]);

describe('random social graphs', () => {
  let services: GraphServices;
  const counts = { graphs: 0, commands: 0, refused: 0 };
  beforeAll(async () => { services = await startGraphServices(); });
  afterAll(async () => {
    process.stdout.write(`random social graphs: ${counts.graphs} graphs, ${counts.commands} commands, ${counts.refused} of them refused, ${services.calls()} calls; SOCIAL_GRAPHS_SEED=${seed}\n`);
    await services.stop();
  });

  const perform = async (graph: Graph, world: World, step: Command): Promise<void> => {
    const answered = await services.perform(graph, step);
    expect([step, answered]).toEqual([step, rules[step.act]?.(world, step)]);
    counts.commands += 1;
    if (typeof answered === 'string' && answered !== 'done') counts.refused += 1;
  };

  const follow = async (sequence: readonly Command[]): Promise<void> => {
    const graph = await services.newGraph(users);
    const world = emptyWorld();
    for (const step of sequence) await perform(graph, world, step);
    for (const me of graph.users.keys()) expect([me, await services.view(graph, me)]).toEqual([me, viewOf(world, me, users)]);
    counts.graphs += 1;
  };

  // What fails is told as it was made: to find a shorter one would take as long as all the others.
  it(`answer and look as the rules say, ${graphs} of them`, async () => {
    const share = (line: number): number => Math.floor(graphs / atOnce) + (line < graphs % atOnce ? 1 : 0);
    const lines = Array.from({ length: Math.min(atOnce, graphs) }, (_, line) => line);
    await Promise.all(lines.map((line) => fc.assert(fc.asyncProperty(commands, follow), { numRuns: share(line), seed: seed + line, endOnFailure: true })));
    expect(counts.graphs).toBe(graphs);
  }, 4 * 3_600_000);
});
