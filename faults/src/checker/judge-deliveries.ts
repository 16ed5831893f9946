import type { EventOf } from '../history/events';
import type { Evidence, Judge } from './judge';
import { createNumbers, type Numbers } from './numbers';
import type { MessageRow } from './tables';

interface Client { name: string; user: string; has: Map<string, Numbers> }

/** The memory of a list that only grows, by key. */
const remembered = <Value>(map: Map<string, Value>, key: string, make: () => Value): Value => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
};

/**
 * What clients got is what is stored, for whom it is meant, once and in order: pushes rise within a connection, the library hands over 1, 2, 3 …
 * At the deadline, and at the end, every client has everything that it may have.
 */
export const judgeDeliveries = ({ rows, conversations, report }: Evidence): Judge => {
  const clients = new Map<string, Client>();
  /** The last that was pushed, by connection and conversation; all that the library handed over, by client and conversation. */
  const lastPushed = new Map<string, number>();
  const lastHandedOver = new Map<string, number>();
  const shutOut = new Set<string>();

  const judgeContent = (event: EventOf<'received'>, row: MessageRow | undefined): void => {
    const { kind: _, way, connection: __, client, at, ...seen } = event;
    const about = { conversation: seen.conversation, seq: seen.seq, clientMessageId: seen.clientMessageId, client, at };
    if (row === undefined) report({ kind: 'phantom', ...about, what: `came by ${way}, and is not stored` });
    else if (row.id !== seen.id || row.sender !== seen.from || row.clientMessageId !== seen.clientMessageId || row.body !== seen.body) {
      report({ kind: 'phantom', ...about, what: `came by ${way}, and something else is stored` });
    }
    if (!conversations.readersOf(seen.conversation).has(clients.get(client)?.user ?? '')) report({ kind: 'wrongRecipient', ...about, what: `came by ${way} to who was never in the conversation` });
  };

  const judgePush = ({ client, connection, conversation, seq, clientMessageId, at }: EventOf<'received'>): void => {
    const key = `${client} ${connection} ${conversation}`;
    const last = lastPushed.get(key) ?? 0;
    const about = { conversation, seq, clientMessageId, client, at };
    if (seq === last) report({ kind: 'doubled', ...about, what: 'pushed twice in one connection' });
    if (seq < last) report({ kind: 'reordered', ...about, what: `pushed after ${last} in one connection` });
    lastPushed.set(key, Math.max(last, seq));
  };

  const judgeHandedOver = ({ client, conversation, seq, clientMessageId, at }: EventOf<'received'>): void => {
    const key = `${client} ${conversation}`;
    const last = lastHandedOver.get(key) ?? 0;
    const about = { conversation, seq, clientMessageId, client, at };
    if (seq <= last) report({ kind: 'doubled', ...about, what: `handed over after ${last}` });
    if (seq > last + 1) report({ kind: 'gap', ...about, what: `handed over after ${last}` });
    lastHandedOver.set(key, Math.max(last, seq));
  };

  const seeReceived = (event: EventOf<'received'>): void => {
    judgeContent(event, rows.at(event.conversation, event.seq));
    if (event.way === 'push') judgePush(event);
    if (event.way === 'library') judgeHandedOver(event);
    const client = clients.get(event.client);
    if (client !== undefined) remembered(client.has, event.conversation, createNumbers).add(event.seq);
  };

  const seePermission = ({ conversation, user, state }: EventOf<'permission'>): void => {
    // Friends keep what they have; who leaves a group has nothing to have.
    if (user === undefined) return;
    if (state === 'open') shutOut.delete(`${conversation} ${user}`);
    else shutOut.add(`${conversation} ${user}`);
  };

  /** Says once for each client and conversation what is missing. */
  const judgeMissing = (kind: 'late' | 'lost', at: number | undefined): void => {
    for (const { name, user, has } of clients.values()) {
      for (const conversation of conversations.all) {
        if (!conversations.readersOf(conversation).has(user) || shutOut.has(`${conversation} ${user}`)) continue;
        const numbers = has.get(conversation);
        const missing = rows.of(conversation).filter(({ seq }) => numbers?.has(seq) !== true);
        const first = missing[0];
        if (first === undefined) continue;
        report({
          kind, conversation, seq: first.seq, clientMessageId: first.clientMessageId, client: name, ...(at === undefined ? {} : { at }),
          what: `${missing.length} of ${rows.of(conversation).length} did not reach this client`,
        });
      }
    }
  };

  return {
    see(event) {
      switch (event.kind) {
        case 'client': clients.set(event.client, { name: event.client, user: event.user, has: new Map() }); break;
        case 'received': seeReceived(event); break;
        case 'forgotten': lastHandedOver.delete(`${event.client} ${event.conversation}`); break;
        case 'permission': seePermission(event); break;
        case 'deadline': judgeMissing('late', event.at); break;
        default:
      }
    },
    end() { judgeMissing('lost', undefined); },
  };
};
