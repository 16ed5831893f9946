import { me, messageOf, scriptClient, settled, friendChat, type ScriptedClient } from '../chats/chat-client.fixture';
import { inOrder, keepConversations, unreadOf, type KeptConversations } from './keep-conversations';
import { createMarkRead } from './mark-read';

const listed = (chatId: string, lastSeq: number, lastReadSeq: number) => ({
  chatId, chatType: 'friend', user_name: chatId, profile_image: null, lastSeq, lastRevision: 0, lastReadSeq, unread: lastSeq - lastReadSeq, lastMessage: messageOf(lastSeq, { chatId }),
});
const begin = async (...data: ReturnType<typeof listed>[]): Promise<{ scripted: ScriptedClient; kept: KeptConversations }> => {
  const scripted = scriptClient({ 'get-conversations': () => ({ data }) });
  const kept = keepConversations(scripted.client, me);
  await kept.load();
  return { scripted, kept };
};
const shown = (kept: KeptConversations): string[] => inOrder(kept.get()).map((one) => `${one.chatId} ${one.lastMessage?.message ?? '-'} ${unreadOf(one)}`);

describe('my chats', () => {
  it('stand with the newest above, and what comes moves them and counts', async () => {
    const { scripted, kept } = await begin(listed('bo', 4, 4), listed('cy', 9, 7));
    expect(shown(kept)).toEqual(['cy message 9 2', 'bo message 4 0']);
    scripted.emit('message', messageOf(5, { createdAt: '2026-02-01T00:00:00.000Z' }));
    scripted.emit('message', messageOf(5));
    expect(shown(kept)).toEqual(['bo message 5 1', 'cy message 9 2']);
    scripted.emit('message', messageOf(6, { from: me, createdAt: '2026-02-01T00:00:01.000Z' }));
    expect(shown(kept)[0]).toBe('bo message 6 0');
  });

  it('do not go back when a list comes that is older than what was heard', async () => {
    const { scripted, kept } = await begin(listed('bo', 4, 4));
    const reading = kept.load();
    scripted.emit('message', messageOf(5));
    scripted.emit('userEvent', { kind: 'read', number: 1, createdAt: '', ...friendChat, lastReadSeq: 5 });
    await reading;
    expect(shown(kept)).toEqual(['bo message 5 0']);
  });

  it('are read again where the library begins behind what the list knew', async () => {
    const { scripted, kept } = await begin(listed('bo', 4, 4));
    scripted.answers['get-conversations'] = () => ({ data: [listed('bo', 5, 4)] });
    scripted.cursors.push({ ...friendChat, seq: 4, revision: 0 });
    scripted.emit('state', 'live');
    await settled();
    expect(scripted.calls).toHaveLength(1);
    scripted.cursors.splice(0, 1, { ...friendChat, seq: 5, revision: 0 });
    scripted.emit('state', 'live');
    await settled();
    expect(shown(kept)).toEqual(['bo message 5 1']);
  });

  it('do not come back with a list that was asked for before they ended', async () => {
    const { scripted, kept } = await begin(listed('bo', 4, 4));
    const reading = kept.load();
    scripted.emit('conversationGone', friendChat);
    await reading;
    expect(shown(kept)).toEqual([]);
  });

  it('say that they were read at once, tell the server, and tell it again when it is back', async () => {
    const { scripted, kept } = await begin(listed('bo', 4, 2));
    const markRead = createMarkRead(scripted.client, kept);
    markRead(friendChat, 4);
    await settled();
    expect(shown(kept)).toEqual(['bo message 4 0']);
    scripted.answers['mark-read'] = () => ({ data: { lastReadSeq: 4 } });
    scripted.emit('state', 'live');
    await settled();
    scripted.emit('state', 'live');
    await settled();
    expect(scripted.calls.filter(({ name }) => name === 'mark-read').map(({ request }) => request['seq'])).toEqual([4, 4]);
  });
});
