import type { EventOf, HistoryEvent, NewHistoryEvent } from '../history/events';
import { checkHistory } from './check-history';
import type { Conversations, MessageRow, Tables } from './tables';
import type { ViolationKind } from './violations';

const [ada, ben, cleo] = ['ada', 'ben', 'cleo'] as const;
const createdAt = (second: number): string => new Date(1_000 * second).toISOString();

const row = (seq: number, fields: Partial<MessageRow> = {}): MessageRow => ({
  conversation: 'friends', seq, id: `id-${seq}`, sender: ada, recipient: ben, isGroup: false, clientMessageId: `m${seq}`, body: `body ${seq}`, createdAt: createdAt(seq), ...fields,
});
const groupRow = (seq: number): MessageRow => row(seq, { conversation: 'group', id: `g-${seq}`, clientMessageId: `g${seq}`, recipient: 'group', isGroup: true });

const attempt = ({ sender, recipient, isGroup, conversation, clientMessageId, body }: MessageRow): NewHistoryEvent =>
  ({ kind: 'attempt', client: `${sender}-1`, sender, to: recipient, chatType: isGroup ? 'group' : 'friend', conversation, clientMessageId, body, attempt: 1 });
const acknowledged = ({ sender, recipient, id, seq, clientMessageId, createdAt: at }: MessageRow): NewHistoryEvent =>
  ({ kind: 'acknowledged', client: `${sender}-1`, reply: { to: recipient, from: sender, id, seq, clientMessageId, createdAt: at } });
const seenIn = ({ conversation, seq, id, sender, clientMessageId, body }: MessageRow) => ({ conversation, seq, id, from: sender, clientMessageId, body });
const received = (client: string, message: MessageRow, fields: Partial<EventOf<'received'>> = {}): NewHistoryEvent =>
  ({ kind: 'received', client, connection: 1, way: 'push', ...seenIn(message), ...fields });
const history = (user: string, conversation: string, messages: readonly MessageRow[]): NewHistoryEvent[] => [
  { kind: 'history', user, conversation, messages: messages.map((message) => { const { conversation: _, ...seen } = seenIn(message); return seen; }) },
  { kind: 'historyEnd', user, conversation, outcome: 'read' },
];
const permission = (state: EventOf<'permission'>['state']): NewHistoryEvent => ({ kind: 'permission', conversation: 'group', user: ben, state });

const [first, second, third, inGroup] = [row(1), row(2), row(3), groupRow(1)];
const readers: Record<string, string[]> = { friends: [ada, ben], group: [ada, ben, cleo] };
const conversations: Conversations = { readersOf: (conversation) => new Set(readers[conversation]), all: Object.keys(readers) };

/** What all of them got: three messages between two friends, one in a group. Everything about it is as it should be. */
interface Story { events: NewHistoryEvent[]; tables: Tables }
const cleanStory = (): Story => ({
  tables: { messages: [first, second, third, inGroup], conversations: [{ id: 'friends', lastSeq: 3 }, { id: 'group', lastSeq: 1 }], outboxLeft: 0 },
  events: [
    { kind: 'client', client: 'ada-1', user: ada, type: 'documented' }, { kind: 'client', client: 'ben-1', user: ben, type: 'documented' },
    { kind: 'client', client: 'cleo-1', user: cleo, type: 'library' },
    ...[first, second, third, inGroup].flatMap((message) => [
      attempt(message), acknowledged(message), received('ada-1', message, { way: 'acknowledgement' }), received('ben-1', message),
    ]),
    received('cleo-1', inGroup, { way: 'library' }),
    { kind: 'deadline', afterMs: 10_000 },
    ...[ada, ben].flatMap((user) => history(user, 'friends', [first, second, third])), ...[ada, ben, cleo].flatMap((user) => history(user, 'group', [inGroup])),
  ],
});

const verdictOf = ({ events, tables }: Story): Partial<Record<ViolationKind, number>> =>
  checkHistory(events.map((event, index) => ({ at: index, ...event }) as HistoryEvent), tables, conversations).counts;

const isReceived = (client: string, message: MessageRow) => (event: NewHistoryEvent): boolean =>
  event.kind === 'received' && event.client === client && event.conversation === message.conversation && event.seq === message.seq;
const isAttempt = (message: MessageRow) => (event: NewHistoryEvent): boolean => event.kind === 'attempt' && event.clientMessageId === message.clientMessageId;
const isDeadline = (event: NewHistoryEvent): boolean => event.kind === 'deadline';

/** Changes what happened: without some events, or with others in front of one. */
const without = (story: Story, isUnwanted: (event: NewHistoryEvent) => boolean): Story => ({ ...story, events: story.events.filter((event) => !isUnwanted(event)) });
const before = (story: Story, isPlace: (event: NewHistoryEvent) => boolean, ...events: NewHistoryEvent[]): Story => {
  const place = story.events.findIndex(isPlace);
  return { ...story, events: [...story.events.slice(0, place), ...events, ...story.events.slice(place)] };
};
const stored = (story: Story, messages: MessageRow[], more: Partial<Tables> = {}): Story => ({ ...story, tables: { ...story.tables, messages, ...more } });

describe('the checker', () => {
  it('finds nothing where nothing is wrong', () => { expect(verdictOf(cleanStory())).toEqual({}); });

  it('takes a time-out for what it is: stored or not, and at most once', () => {
    const unknown: NewHistoryEvent = { kind: 'unknown', client: 'ada-1', clientMessageId: 'm3', reason: 'timeout' };
    const isAboutThird = (event: NewHistoryEvent): boolean => event.kind === 'acknowledged' && event.reply.clientMessageId === 'm3';
    expect(verdictOf(before(without(cleanStory(), isAboutThird), isDeadline, unknown))).toEqual({});
    const never = attempt(row(4, { clientMessageId: 'never stored' }));
    expect(verdictOf(before(cleanStory(), isDeadline, never, { kind: 'unknown', client: 'ada-1', clientMessageId: 'never stored', reason: 'timeout' }))).toEqual({});
  });

  it('takes what was sent before a member left, and comes later, for what it is', () => {
    const story = before(cleanStory(), isReceived('ben-1', inGroup), permission('closing'), permission('closed'));
    expect(verdictOf(before(story, isDeadline, permission('opening'), permission('open')))).toEqual({});
  });

  it('lets a documented client have a message in each of two connections', () => {
    expect(verdictOf(before(cleanStory(), isDeadline, received('ben-1', second, { connection: 2 }), received('ben-1', third, { connection: 2 })))).toEqual({});
  });

  const planted: [what: string, kind: ViolationKind, story: Story][] = [
    ['an acknowledged message that is not stored', 'lost', before(cleanStory(), isDeadline, attempt(row(9)), acknowledged(row(9)))],
    ['a history with a hole', 'lost', { ...cleanStory(), events: cleanStory().events.map((event) =>
      (event.kind === 'history' && event.user === ben && event.conversation === 'friends' ? { ...event, messages: event.messages.filter(({ seq }) => seq !== 2) } : event)) }],
    ['a history that ends too early', 'lost', { ...cleanStory(), events: cleanStory().events.map((event) =>
      (event.kind === 'history' && event.user === ben && event.conversation === 'friends' ? { ...event, messages: event.messages.slice(0, 2) } : event)) }],
    ['a reader who is refused', 'lost', { ...cleanStory(), events: cleanStory().events.map((event) => (event.kind === 'historyEnd' && event.user === cleo ? { ...event, outcome: 'refused' } : event)) }],
    ['a history in the wrong order', 'reordered', { ...cleanStory(), events: cleanStory().events.map((event) =>
      (event.kind === 'history' && event.user === ben && event.conversation === 'friends' ? { ...event, messages: event.messages.toReversed() } : event)) }],
    ['a client that never got a message', 'lost', without(cleanStory(), isReceived('ben-1', third))],
    ['a message that came after the deadline only', 'late',
      ((story) => ({ ...story, events: [...story.events, received('ben-1', third, { way: 'catch-up' })] }))(without(cleanStory(), isReceived('ben-1', third)))],
    ['two pushes of one message in one connection', 'doubled', before(cleanStory(), isDeadline, received('ben-1', third))],
    ['an earlier message pushed after a later one', 'reordered', before(cleanStory(), isDeadline, received('ben-1', second))],
    ['the library handing over one message twice', 'doubled', before(cleanStory(), isDeadline, received('cleo-1', inGroup, { way: 'library' }))],
    ['the library leaving one out', 'gap', before(without(cleanStory(), isReceived('cleo-1', inGroup)), isDeadline, received('cleo-1', groupRow(2), { way: 'library' }))],
    ['one clientMessageId in two rows', 'storedTwice', stored(cleanStory(), [first, second, third, row(4, { clientMessageId: 'm3' }), inGroup])],
    ['a number that is missing', 'gap', stored(cleanStory(), [first, third, inGroup])],
    ['a conversation that counts wrong', 'gap', stored(cleanStory(), [first, second, third, inGroup], { conversations: [{ id: 'friends', lastSeq: 4 }, { id: 'group', lastSeq: 1 }] })],
    ['a number given twice', 'doubled', stored(cleanStory(), [first, second, row(2, { clientMessageId: 'x', id: 'x' }), third, inGroup])],
    ['time going back', 'reordered', stored(cleanStory(), [first, row(2, { createdAt: createdAt(5) }), third, inGroup])],
    ['a later message with a lower number', 'reordered', before(without(cleanStory(), isAttempt(first)), isAttempt(third), attempt(first))],
    ['a push of what is not stored', 'phantom', before(cleanStory(), isDeadline, received('ben-1', row(7)))],
    ['a push with another text', 'phantom', before(without(cleanStory(), isReceived('ben-1', third)), isDeadline, received('ben-1', row(3, { body: 'other' })))],
    ['a row that nobody sent', 'phantom', without(cleanStory(), isAttempt(third))],
    ['a row with another text', 'phantom', stored(cleanStory(), [first, second, row(3, { body: 'other' }), inGroup])],
    ['a push to a stranger', 'wrongRecipient', before(cleanStory(), isDeadline, received('cleo-1', first, { way: 'push' }))],
    ['a push to who had left before it was sent', 'wrongRecipient',
      before(before(cleanStory(), isAttempt(inGroup), permission('closing'), permission('closed')), isDeadline, permission('opening'), permission('open'))],
    ['a history read by who has left', 'wrongRecipient', before(cleanStory(), isDeadline, permission('closing'), permission('closed'))],
    ['an acknowledgement with another number', 'wrongReply', before(cleanStory(), isDeadline, acknowledged(row(3, { seq: 2 })))],
    ['a refusal of what is stored', 'wrongReply', before(cleanStory(), isDeadline, { kind: 'refused', client: 'ada-1', clientMessageId: 'm3', code: 'NOT_FRIENDS' })],
    ['a message of who could not write any more', 'notAllowed',
      before(before(cleanStory(), isAttempt(first), { kind: 'permission', conversation: 'friends', state: 'closed' }), isAttempt(second), { kind: 'permission', conversation: 'friends', state: 'opening' })],
    ['an entry left in the outbox', 'stuck', stored(cleanStory(), [first, second, third, inGroup], { outboxLeft: 1 })],
    ['a history with another text', 'phantom', { ...cleanStory(), events: cleanStory().events.map((event) =>
      (event.kind === 'history' && event.user === ben && event.conversation === 'friends' ? { ...event, messages: event.messages.map((message) => ({ ...message, body: 'other' })) } : event)) }],
    ['a history that nobody could read', 'stuck', without(cleanStory(), (event) => event.kind === 'historyEnd' && event.user === cleo)],
    ['another message stored than was sent', 'phantom', { ...cleanStory(), events: cleanStory().events.map((event) => (isAttempt(third)(event) ? { ...attempt(third), body: 'other' } as NewHistoryEvent : event)) }],
    ['a new message taken for a conflict', 'wrongReply', before(cleanStory(), isDeadline, attempt(row(9)), { kind: 'refused', client: 'ada-1', clientMessageId: 'm9', code: 'IDEMPOTENCY_CONFLICT' })],
    ['a message without an answer of who was shut out for good', 'notAllowed',
      before(without(cleanStory(), (event) => event.kind === 'acknowledged' && event.reply.clientMessageId === 'm3'), isAttempt(third), { kind: 'permission', conversation: 'friends', state: 'closed' })],
    ['a complaint of the library', 'complaint', before(cleanStory(), isDeadline, { kind: 'complaint', client: 'cleo-1', what: 'INVALID_PAGE' })],
    ['a fault that could not be caused', 'stuck', before(cleanStory(), isDeadline, { kind: 'fault', name: 'crash', target: 'after-commit', phase: 'failed', detail: 'nobody came by' })],
    ['a fault that needs a hand', 'stuck', before(cleanStory(), isDeadline, { kind: 'fault', name: 'kill', target: 'auth', phase: 'begins' })],
  ];
  it.each(planted)('finds %s', (_what, kind, story) => { expect(Object.keys(verdictOf(story))).toContain(kind); });
});
