import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findEndpoint, type BatchEntry, type Conversation, type Person, type ServiceName, type StoredMessage, type SyncReply } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, testToken } from '@chat-backend/testing';
import { serviceStarters } from '../start-service';
import type { Answer } from './rules.fixture';
import type { View } from './views.fixture';
import { pairOf, type Command } from './world.fixture';

/** The users and groups of one graph, by their numbers. */
export interface Graph { users: string[]; tokens: string[]; groups: string[] }

export interface GraphServices {
  newGraph(users: number): Promise<Graph>;
  /** Does it, and says what was answered as the rules say it. */
  perform(graph: Graph, command: Command): Promise<Answer>;
  /** What the user sees, by all the lists that there are. */
  view(graph: Graph, me: number): Promise<View>;
  /** So many calls were made. */
  calls(): number;
  stop(): Promise<void>;
}

interface Reply { code?: string; data?: unknown }

const listen = async (service: Service): Promise<{ server: Server; url: string }> => {
  const server = service.app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const shownMessage = ({ users }: Graph, { from, message, deletedAt }: StoredMessage): unknown => [users.indexOf(from), message, deletedAt !== undefined];

/** social-graph, group and messaging on one database. */
export const startGraphServices = async (): Promise<GraphServices> => {
  const database = await createTestDatabase();
  const context = createTestContext(database, { env: { DATABASE_POOL_SIZE: '12' } });
  const services = await Promise.all((['social-graph', 'group', 'messaging'] as const).map((name) => serviceStarters[name](context)));
  const served = new Map<ServiceName, Awaited<ReturnType<typeof listen>>>();
  for (const service of services) served.set(service.name, await listen(service));
  const sendBatch = services.find(({ name }) => name === 'messaging')?.internal['send-batch'];
  if (sendBatch === undefined) throw new Error('messaging serves send-batch');
  let calls = 0;

  const call = async (name: string, token: string, body: object): Promise<Reply> => {
    calls += 1;
    const url = served.get(findEndpoint(name)?.service ?? 'gateway')?.url;
    const response = await fetch(`${url}/api/v1/${name}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, ...body }),
    });
    if (response.status >= 500) throw new Error(`${name} answered ${response.status}`);
    return await response.json() as Reply;
  };

  const send = async (entry: Omit<BatchEntry, 'messageType' | 'clientMessageId'>): Promise<Answer> => {
    calls += 1;
    const { results: [result] } = await sendBatch({ entries: [{ ...entry, messageType: 'TEXT', clientMessageId: newId() }], pushed: [] });
    return result?.status === 'stored' ? result.committed.message.seq : result?.status === 'refused' ? result.code : result?.status;
  };

  /** What the rules say of an answer's data. */
  const readings: Record<string, (graph: Graph, data: unknown) => Answer> = {
    'search-users': ({ users }, data) => (data as Person[]).map(({ id }) => users.indexOf(id)),
    'get-group-members': ({ users }, data) => (data as { id: string; role: string }[]).map(({ id, role }) => [users.indexOf(id), role]),
    'get-messages': (graph, data) => (data as StoredMessage[]).map((message) => shownMessage(graph, message)),
    'mark-read': (_graph, data) => (data as { lastReadSeq: number }).lastReadSeq,
    'create-group': ({ groups }, data) => { groups.push((data as { id: string }).id); return 'done'; },
  };

  const view: GraphServices['view'] = async (graph, me) => {
    const { users, tokens, groups } = graph;
    const token = tokens[me] ?? '';
    const numberOf = (id: string): number => Math.max(users.indexOf(id), groups.indexOf(id));
    const list = async (name: string, of: readonly string[]): Promise<number[]> => {
      const { data } = await call(name, token, { limit: 100 });
      return (data as { id: string }[]).filter(({ id }) => of.includes(id)).map(({ id }) => of.indexOf(id)).toSorted((one, other) => one - other);
    };
    const nameOf = (chatId: string, chatType: string): string => `${chatType === 'group' ? 'group' : 'user'} ${numberOf(chatId)}`;
    const asked = [
      ...users.filter((user) => user !== users[me]).map((chatId) => ({ chatId, chatType: 'friend', afterSeq: 0, afterRevision: 0 })),
      ...groups.map((chatId) => ({ chatId, chatType: 'group', afterSeq: 0, afterRevision: 0 })),
    ];
    const [sent, received, accepted, friends, blocked, myGroups, groupsToJoin, listed, synced] = await Promise.all([
      list('get-all-user-sent-requests', users), list('get-all-received-requests', users), list('get-all-users-accept-requests', users), list('get-all-friends', users),
      list('get-blocked-users', users), list('get-all-groups', groups), list('get-all-groups-join', groups), call('get-conversations', token, { limit: 100 }),
      call('sync', token, { afterNumber: 0, conversations: asked }),
    ]);
    const { log, conversations: pages } = synced.data as SyncReply;
    return {
      sent, received, accepted, friends, blocked, myGroups, groupsToJoin,
      conversations: Object.fromEntries((listed.data as Conversation[]).map(({ chatId, chatType, lastSeq, lastReadSeq, unread, lastMessage }) =>
        [nameOf(chatId, chatType), { lastSeq, lastReadSeq, unread, lastMessage: lastMessage?.message ?? null }])),
      histories: Object.fromEntries(pages.map(({ chatId, chatType, gone, lastReadSeq, messages }) =>
        [nameOf(chatId, chatType), gone ? 'gone' : { lastReadSeq, messages: messages.map((message) => shownMessage(graph, message)) }])),
      log: Object.fromEntries(log.events.map((event) => {
        switch (event.kind) {
          case 'friendship': return [`user ${numberOf(event.user.id)}`, event.state];
          case 'membership': return [`group ${numberOf(event.group.id)}`, event.state];
          case 'read': return [`read ${event.chatType === 'group' ? nameOf(event.chatId, 'group') : pairOf(me, numberOf(event.chatId))}`, event.lastReadSeq];
          case 'profile': case 'session': case 'password': return [event.kind, 'changed'];
        }
      })),
    };
  };

  return {
    view,
    calls: () => calls,
    async newGraph(count) {
      const users = Array.from({ length: count }, () => newId());
      await database.query(
        `insert into users (id, email, password_hash, pepper_id, is_verified, updated_at) select id, id || '@example.com', 'none', 'none', true, now() from unnest($1::uuid[]) id`, [users]);
      return { users, tokens: users.map((id) => testToken(id)), groups: [] };
    },
    async perform(graph, { act, me, other, group, isGroup, seq, text }) {
      const to = graph.users[other] ?? '';
      const groupId = graph.groups[group] ?? newId();
      const chat = { chatId: isGroup ? groupId : to, chatType: isGroup ? 'group' : 'friend' } as const;
      if (act === 'send') return send({ senderId: graph.users[me] ?? '', to: chat.chatId, chatType: chat.chatType, message: text });
      const { code, data } = await call(act, graph.tokens[me] ?? '', {
        to, userId: to, groupId, ...chat, seq, ...(act === 'edit-message' ? { message: text } : {}), groupName: 'a group', query: `${to}@example.com`,
      });
      return code ?? readings[act]?.(graph, data) ?? 'done';
    },
    async stop() {
      for (const { server } of served.values()) { server.closeAllConnections(); await new Promise((resolve) => { server.close(resolve); }); }
      for (const service of services) { await service.drain(); await service.close(); }
      await database.drop();
    },
  };
};
