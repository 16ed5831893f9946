import { ChatError } from '@chat-backend/client';
import { friendChat, me, messageOf, scriptClient, settled } from '../chats/chat-client.fixture';
import { forgetWritten } from '../conversations/keep-drafts';
import { memoryStorage } from '../store/text-storage';
import { buildRows } from './build-rows';
import { keepPending } from './keep-pending';

const begin = () => {
  const [scripted, storage] = [scriptClient(), memoryStorage()];
  return { scripted, storage, pending: keepPending(scripted.client, me, storage) };
};

describe('what I have sent', () => {
  it('is there at once, in order, and leaves when it has its place in the chat', () => {
    const { scripted, pending } = begin();
    pending.send(friendChat, 'one');
    pending.send(friendChat, 'two');
    expect(pending.get().map(({ message, status }) => [message, status])).toEqual([['one', 'sending'], ['two', 'sending']]);
    scripted.emit('message', messageOf(1, { from: me, to: 'bo', clientMessageId: 'c1', message: 'one' }));
    expect(pending.get().map(({ message }) => message)).toEqual(['two']);
  });

  it('stays with the reason when it was refused for good, also after a reload, until it is sent again', async () => {
    const { scripted, storage, pending } = begin();
    pending.send(friendChat, 'one');
    scripted.emit('sendRefused', { message: { to: 'bo', chatType: 'friend', message: 'one', messageType: 'TEXT', clientMessageId: 'c1' }, error: new ChatError('NOT_FRIENDS', 'Only friends may message each other') });
    scripted.unsent.length = 0;
    const again = keepPending(scripted.client, me, storage);
    expect(again.get()).toMatchObject([{ message: 'one', status: 'failed', reason: 'Only friends may message each other.' }]);
    again.retry('c1');
    await settled();
    expect(again.get()).toMatchObject([{ message: 'one', status: 'sending' }]);
    expect(keepPending(scriptClient().client, me, storage).get()).toEqual([]);
  });

  it('is what was queued before a reload; what only lost its acknowledgement is not', () => {
    const scripted = scriptClient();
    scripted.unsent.push({ to: 'bo', chatType: 'friend', message: 'queued', messageType: 'TEXT', clientMessageId: 'c1' });
    const pending = keepPending(scripted.client, me, memoryStorage());
    expect(pending.get()).toMatchObject([{ message: 'queued', status: 'sending' }]);
    scripted.unsent.length = 0;
    scripted.emit('state', 'live');
    expect(pending.get()).toEqual([]);
  });

  it('leaves nothing behind when its user signs out', () => {
    const storage = memoryStorage();
    storage.setItem(`chat-page:${me}:draft:friend:bo`, 'half a');
    storage.setItem('chat-page:somebody:draft:friend:bo', 'of another');
    forgetWritten(storage, me);
    expect([storage.length, storage.key(0)]).toEqual([1, 'chat-page:somebody:draft:friend:bo']);
  });
});

describe('the lines of a chat', () => {
  const pending = { to: 'bo', chatType: 'friend', message: 'mine', messageType: 'TEXT', clientMessageId: 'c1', status: 'sending' } as const;

  it('name each day, group by author, and have one line above what is unread', () => {
    const rows = buildRows([messageOf(1), messageOf(2), messageOf(3, { from: me }), messageOf(4), messageOf(5, { createdAt: '2026-01-02T12:00:00.000Z' })], [], me, 3);
    expect(rows.map((row) => (row.kind === 'message' ? `${row.message.seq}${row.isFirstOfGroup ? '!' : ''}` : row.kind))).toEqual(['day', '1!', '2', '3!', 'unread', '4!', 'day', '5!']);
  });

  it('show a message of mine once, and by the same key, while it becomes stored', () => {
    const before = buildRows([messageOf(1)], [pending], me, 9);
    const after = buildRows([messageOf(1), messageOf(2, { from: me, clientMessageId: 'c1' })], [pending], me, 9);
    expect([before.at(-1)?.key, after.at(-1)?.key, before.length, after.length]).toEqual(['me:c1', 'me:c1', 3, 3]);
  });

  it('have a key of their own where somebody else gives a message the name of mine', () => {
    const rows = buildRows([messageOf(1, { from: me, clientMessageId: 'c1' }), messageOf(2, { clientMessageId: 'c1' })], [], me, 9);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });
});
