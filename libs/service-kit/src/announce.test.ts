import { randomUUID } from 'node:crypto';
import { createInProcessEvents, type DomainEvents } from '@chat-backend/events';
import { announceUserEvents } from './announce';
import { createLogger } from './logger';

const logged = [{
  userId: randomUUID(),
  event: { number: 1, createdAt: '2026-01-02T03:04:05.678Z', kind: 'profile' as const, userName: 'ann', about: null, profileImage: null, age: null },
}];

/** Events whose announcements end as told, and what is logged meanwhile. */
const announcing = (publish?: DomainEvents['publish']) => {
  const events = createInProcessEvents();
  const lines: string[] = [];
  const published: unknown[] = [];
  events.on('user.changed', (payload) => { published.push(payload); });
  const logger = createLogger({ level: 'info', service: 'test', destination: { write: (line: string) => { lines.push(line); } } });
  return { lines, published, context: { logger, events: publish === undefined ? events : { ...events, publish } } };
};
const nextTurn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

describe('announceUserEvents', () => {
  it('tells all listeners in one announcement', () => {
    const { context, published } = announcing();
    announceUserEvents(context, logged);
    expect(published).toEqual([{ logged }]);
  });

  it('announces nothing when nothing was added', () => {
    const { context, published } = announcing();
    announceUserEvents(context, []);
    expect(published).toEqual([]);
  });

  it('logs one warning when it fails, and fails nobody', async () => {
    const { context, lines } = announcing(() => Promise.reject(new Error('Redis is away')));
    announceUserEvents(context, logged);
    await nextTurn();
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ level: 'warn', err: { message: 'Redis is away' } }]);
  });

  it('logs one warning when a listener fails, and fails nobody', async () => {
    const { context, lines } = announcing();
    context.events.on('user.changed', () => { throw new Error('a listener failed'); });
    announceUserEvents(context, logged);
    await nextTurn();
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ level: 'warn', err: { message: 'a listener failed' } }]);
  });

  it('returns although an announcement never ends', () => {
    const { context } = announcing(() => new Promise(() => undefined));
    expect(announceUserEvents(context, logged)).toBeUndefined();
  });
});
