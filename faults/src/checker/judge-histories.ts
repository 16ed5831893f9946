import type { EventOf } from '../history/events';
import type { Evidence, Judge } from './judge';

/** Every reader's history, read page by page when all is over, is the conversation as it is stored; who may not read is refused. */
export const judgeHistories = ({ rows, conversations, report }: Evidence): Judge => {
  const lastRead = new Map<string, number>();
  const ended = new Set<string>();
  const outside = new Set<string>();

  const seePage = ({ user, conversation, messages, at }: EventOf<'history'>): void => {
    const key = `${conversation} ${user}`;
    let last = lastRead.get(key) ?? 0;
    for (const { seq, id, from, clientMessageId, body } of messages) {
      const about = { conversation, seq, clientMessageId, at };
      const row = rows.at(conversation, seq);
      if (row === undefined || row.id !== id || row.sender !== from || row.clientMessageId !== clientMessageId || row.body !== body) {
        report({ kind: 'phantom', ...about, what: `in the history of ${user}, and not stored so` });
      }
      if (seq <= last) report({ kind: seq === last ? 'doubled' : 'reordered', ...about, what: `in the history of ${user} after ${last}` });
      if (seq > last + 1) report({ kind: 'lost', ...about, what: `the history of ${user} goes from ${last} to ${seq}` });
      last = seq;
    }
    lastRead.set(key, last);
  };

  const seeEnd = ({ user, conversation, outcome, at }: EventOf<'historyEnd'>): void => {
    const key = `${conversation} ${user}`;
    ended.add(key);
    const last = lastRead.get(key) ?? 0;
    const stored = rows.of(conversation).at(-1)?.seq ?? 0;
    if (outcome === 'read' && outside.has(key)) report({ kind: 'wrongRecipient', conversation, at, what: `${user}, who has left, reads the history` });
    if (outcome === 'refused' && !outside.has(key)) report({ kind: 'lost', conversation, at, what: `${user} may not read the history` });
    if (outcome === 'read' && last < stored) report({ kind: 'lost', conversation, seq: last + 1, at, what: `the history of ${user} ends at ${last}, of ${stored}` });
  };

  return {
    see(event) {
      if (event.kind === 'history') seePage(event);
      else if (event.kind === 'historyEnd') seeEnd(event);
      else if (event.kind === 'permission' && event.user !== undefined) {
        if (event.state === 'closed') outside.add(`${event.conversation} ${event.user}`);
        if (event.state === 'open') outside.delete(`${event.conversation} ${event.user}`);
      }
    },
    end() {
      for (const conversation of conversations.all) {
        for (const user of conversations.readersOf(conversation)) {
          if (!ended.has(`${conversation} ${user}`)) report({ kind: 'stuck', conversation, what: `the history of ${user} could not be read` });
        }
      }
    },
  };
};
