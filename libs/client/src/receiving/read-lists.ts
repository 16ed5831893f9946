import type { Conversation as ListedConversation } from '@chat-backend/contracts';
import type { Call } from '../calls/call-types';
import type { ListedChat } from './inbox';

interface Page<Item> { data: Item[]; nextCursor?: string | undefined }

const readAll = async <Item>(read: (paging: { limit: number; cursor?: string }) => Promise<Page<Item>>): Promise<{ items: Item[]; pages: number }> => {
  const items: Item[] = [];
  let [pages, cursor]: [number, string | undefined] = [0, undefined];
  do {
    const page: Page<Item> = await read({ limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.data);
    cursor = page.nextCursor;
    pages += 1;
  } while (cursor !== undefined);
  return { items, pages };
};

/**
 * Every chat that I can have, and where it begins: those that have messages at their end, or at what I have read where I have only just joined; a friend
 * to whom nobody has written yet at the beginning.
 */
export const readLists = async (call: Call, begin: 'now' | 'beginning', isFirst: boolean): Promise<ListedChat[]> => {
  const cursorOf = ({ lastSeq, lastReadSeq, lastRevision }: ListedConversation): ListedChat['cursor'] =>
    begin === 'beginning' ? { seq: 0, revision: 0 } : { seq: isFirst ? lastSeq : lastReadSeq, revision: lastRevision };
  const listed = ({ chatId, chatType, ...rest }: ListedConversation): ListedChat => ({ chat: { chatId, chatType }, cursor: cursorOf({ chatId, chatType, ...rest }) });

  const friends = await readAll((paging) => call('get-all-friends', paging));
  const { items, pages } = await readAll((paging) => call('get-conversations', paging));
  // While later pages were read, a chat may have moved from there to the first.
  const moved = pages > 1 ? (await call('get-conversations', { limit: 100 })).data : [];
  return [
    ...[...items, ...moved].map(listed),
    ...friends.items.map(({ id }): ListedChat => ({ chat: { chatId: id, chatType: 'friend' }, cursor: { seq: 0, revision: 0 } })),
  ];
};
