import { memoryStorage } from '../store/text-storage';
import { moveQueue, queuesIn } from './unsent-queues';

const key = 'chat:me:unsent';
const queue = (...names: string[]): string => JSON.stringify(names.map((clientMessageId) => ({ to: 'bo', chatType: 'friend', message: clientMessageId, messageType: 'TEXT', clientMessageId })));
const namesIn = (text: string | null): string[] => (JSON.parse(text ?? '[]') as { clientMessageId: string }[]).map(({ clientMessageId }) => clientMessageId);

describe('what windows have left unsent', () => {
  it('is found by whose it is and which window had it', () => {
    const storage = memoryStorage();
    for (const name of [key, `${key}:window-12`, 'chat:other:unsent:window-2', 'chat:me:cursors:window-2', 'chat:session', 'chat-page:me:draft:friend:bo']) storage.setItem(name, '[]');
    expect(queuesIn(storage)).toEqual([{ key, window: 1 }, { key, window: 12 }, { key: 'chat:other:unsent', window: 2 }]);
  });

  it('goes behind what the other window has, in its order and once', () => {
    const storage = memoryStorage();
    storage.setItem(key, queue('a', 'b'));
    storage.setItem(`${key}:window-2`, queue('b', 'c', 'd'));
    moveQueue(storage, { key, window: 2 }, 1);
    expect(namesIn(storage.getItem(key))).toEqual(['a', 'b', 'c', 'd']);
    expect(storage.getItem(`${key}:window-2`)).toBeNull();
    moveQueue(storage, { key, window: 1 }, 3);
    expect([storage.getItem(key), namesIn(storage.getItem(`${key}:window-3`))]).toEqual([null, ['a', 'b', 'c', 'd']]);
  });

  it.each([['cannot be read', 'no JSON'], ['has no room', queue('c')]])('stays where it is where it %s', (why, left) => {
    const storage = memoryStorage();
    storage.setItem(key, queue('a'));
    storage.setItem(`${key}:window-2`, left);
    if (why === 'has no room') storage.setItem = () => { throw new Error('QuotaExceededError'); };
    moveQueue(storage, { key, window: 2 }, 1);
    expect([namesIn(storage.getItem(key)), storage.getItem(`${key}:window-2`)]).toEqual([['a'], left]);
  });
});
