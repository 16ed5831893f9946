import type { Call } from '../calls/call-types';
import { readLists } from './read-lists';

const conversation = (chatId: string) => ({ chatId, chatType: 'friend', lastSeq: 9, lastReadSeq: 4, lastRevision: 2 });

describe('the lists', () => {
  it('have a chat that moved to the first page while later ones were read', async () => {
    const pages = [{ data: [conversation('a')], nextCursor: '1' }, { data: [conversation('b')] }, { data: [conversation('moved'), conversation('a')] }];
    const call = ((name: string) => Promise.resolve(name === 'get-conversations' ? pages.shift() : { data: [{ id: 'friend' }] })) as Call;
    const listed = await readLists(call, 'now', true);
    expect(listed.map(({ chat: { chatId }, cursor: { seq } }) => [chatId, seq])).toEqual([['a', 9], ['b', 9], ['moved', 9], ['a', 9], ['friend', 0]]);
  });
});
