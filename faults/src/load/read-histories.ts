import type { StoredMessage } from '@chat-backend/contracts';
import { callApi } from '../clients/call-api';
import type { Chat } from '../clients/load-client';
import type { Record } from '../history/events';
import type { Person } from './people';

const pageSize = 100;
const readersAtOnce = 8;

/** Backwards from the newest, page by page: another way than the one by which clients catch up. */
const readBackwards = async (url: string, token: string, { chatId, chatType }: Chat): Promise<StoredMessage[][] | 'refused'> => {
  const pages: StoredMessage[][] = [];
  for (let beforeSeq: number | undefined; ;) {
    const reply = await callApi(url, 'get-messages', token, { chatId, chatType, limit: pageSize, ...(beforeSeq === undefined ? {} : { beforeSeq }) });
    if (reply.status !== 200) return 'refused';
    const page = reply.data as StoredMessage[];
    pages.unshift(page);
    if (page.length < pageSize) return pages;
    beforeSeq = page[0]?.seq ?? 0;
  }
};

/** Reads every conversation as each of its people reads it, and notes what they got. */
export const readHistories = async (url: string, people: readonly Person[], record: Record): Promise<void> => {
  const tasks = people.flatMap((person) => person.chats.map((chat) => async (): Promise<void> => {
    const { conversation } = chat;
    const pages = await readBackwards(url, person.token, chat);
    if (pages !== 'refused') {
      for (const page of pages) {
        const messages = page.map(({ seq, id, from, clientMessageId, message }) => ({ seq, id, from, clientMessageId, body: message }));
        record({ kind: 'history', user: person.id, conversation, messages });
      }
    }
    record({ kind: 'historyEnd', user: person.id, conversation, outcome: pages === 'refused' ? 'refused' : 'read' });
  }));
  const work = async (): Promise<void> => { for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) await task(); };
  await Promise.all(Array.from({ length: readersAtOnce }, work));
};
