import { errorCodes, failureSchema, type ClientEventName, type ErrorCode } from '@chat-backend/contracts';
import { post } from '../api-client';
import type { Shape } from '../shape';
import { connectSocket, refusedConnection } from '../socket-client';
import { startOneProcess } from '../start-one-process';
import { buildWorld, type World } from './build-world';
import { keepRows, type KeptRows, type RowsDigest } from './keep-rows';
import { makeBody, type Whose } from './make-body';
import { callers, readAccessTable, type AccessRule, type CallerName } from './read-access-table';

type Cell = `${CallerName | 'nobody'}: ${Whose}`;
/** What was answered, and what it did that it must not. */
type Answer = string;

const table = readAccessTable();
const cellOf = (caller: CallerName | 'nobody', whose: Whose): Cell => `${caller}: ${whose}`;

/** What the table says of every caller about the caller's own, of all but Una about hers, and of everybody about what is not there. */
const expectedAnswers = ({ answers }: AccessRule): [Cell, Answer][] => [
  [cellOf('nobody', 'another\'s'), answers.nobody],
  [cellOf('nobody', 'absent'), answers.nobody === 'TOKEN_MISSING' ? answers.nobody : answers.absent],
  ...callers.map((caller): [Cell, Answer] => [cellOf(caller, 'own'), answers.oneself]),
  ...callers.filter((caller) => caller !== 'oneself').map((caller): [Cell, Answer] => [cellOf(caller, 'another\'s'), answers[caller]]),
  ...callers.map((caller): [Cell, Answer] => [cellOf(caller, 'absent'), answers.absent]),
];

const isReading = (call: string): boolean => /^(event )?(get-|search-|sync$)/.test(call);
const isDone = (answer: Answer): boolean => ['ok', 'none', 'gone'].includes(answer);

interface Synced { conversations: { gone: boolean; messages: unknown[] }[] }
const syncAnswer = ({ conversations: [page] }: Synced): Answer => page?.gone === true ? 'gone' : page?.messages.length === 0 ? 'none' : 'ok';

describe('who may do what', () => {
  let shape: Shape;
  let world: World;
  let rows: KeptRows;
  let before: RowsDigest;
  let accountOfUna: string;
  const counts = { made: 0, refused: 0 };
  beforeAll(async () => {
    shape = await startOneProcess({ EXPOSE_OTP: 'true' });
    world = await buildWorld(shape);
    rows = await keepRows(shape);
    before = await rows.digest();
    accountOfUna = await readAccountOfUna();
  });
  afterAll(async () => {
    await shape.stop();
    process.stdout.write(`who may do what: ${counts.made} calls and events by ${table.length} lines, ${counts.refused} of them refused\n`);
  });

  const readAccountOfUna = async (): Promise<string> => JSON.stringify(await shape.query(
    'select u.*, (select count(*) from sessions s where s.user_id = u.id and s.revoked_at is not null)::int as ended from users u where id = $1', [world.people.oneself.id]));

  const callAnswer = async ({ call }: AccessRule, caller: CallerName | 'nobody', body: object): Promise<Answer> => {
    const { status, body: reply } = await post(shape.url, call, body);
    if (caller !== 'oneself' && JSON.stringify(reply).includes(world.people.oneself.email)) return `${status}, and shows Una's address`;
    if (status !== 200) {
      const code = reply['code'] as ErrorCode;
      return failureSchema.safeParse(reply).success && errorCodes[code].status === status ? code : `${status} ${JSON.stringify(reply)}`;
    }
    if (call === 'sync') return syncAnswer(reply['data'] as Synced);
    return call === 'search-users' && (reply['data'] as unknown[]).length === 0 ? 'none' : 'ok';
  };

  const eventAnswer = async ({ call }: AccessRule, token: string | undefined, body: object): Promise<Answer> => {
    if (token === undefined) return (await refusedConnection(shape.url, {})).code ?? 'no code';
    const event = call.replace(/^event /, '') as ClientEventName;
    const socket = await connectSocket(shape.url, token);
    const reply = await socket.ask(event, body);
    socket.close();
    const { code } = reply as { code?: string };
    if (code !== undefined) return code;
    return event === 'sync' ? syncAnswer(reply as Synced) : 'ok';
  };

  /** Makes the call, and looks what it changed: refused, it may change nothing; done, nothing of Una's account unless she asked. */
  const answerTo = async (rule: AccessRule, caller: CallerName | 'nobody', whose: Whose): Promise<Answer> => {
    const token = caller === 'nobody' ? undefined : await world.freshToken(world.people[caller]);
    const body = makeBody(rule, world, world.people[caller === 'nobody' ? 'stranger' : caller], whose);
    const answer = rule.call.startsWith('event ') ? await eventAnswer(rule, token, body) : await callAnswer(rule, caller, { ...body, ...(token === undefined ? {} : { token }) });
    counts.made += 1;
    if (!isDone(answer)) counts.refused += 1;
    const after = await rows.digest();
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    if (changed.length === 0) return answer;
    const isAccountChanged = caller !== 'oneself' && await readAccountOfUna() !== accountOfUna;
    await rows.putBack();
    before = await rows.digest();
    if (!isDone(answer) || isReading(rule.call)) return `${answer}, and changed ${changed.join(', ')}`;
    return isAccountChanged ? `${answer}, and changed Una's account` : answer;
  };

  it.each(table.map((rule) => [rule.call, rule.what, rule] as const))('%s, %s', async (_call, _what, rule) => {
    const expected = expectedAnswers(rule);
    const answered: [Cell, Answer][] = [];
    for (const [cell] of expected) {
      const [caller, whose] = cell.split(': ') as [CallerName | 'nobody', Whose];
      answered.push([cell, await answerTo(rule, caller, whose)]);
    }
    expect(Object.fromEntries(answered)).toEqual(Object.fromEntries(expected));
  });
});
