import type { ChatClient, ReplyTo, RequestTo } from '@chat-backend/client';
import type { Readable } from '../store/create-store';
import { keepRead, type Loadable } from '../store/keep-read';
import { readAll } from '../store/read-all';

export type Group = ReplyTo<'get-all-groups'>['data'][number];
export type Member = ReplyTo<'get-group-members'>['data'][number];
interface MyGroups { mine: readonly Group[] }
export type Groups = Loadable<MyGroups>;

/** The groups that I am in; live on all of my devices. */
export interface KeptGroups extends Readable<Groups> {
  load(): Promise<void>;
  /** @throws ChatError */
  create(group: RequestTo<'create-group'>): Promise<Group>;
  /** @throws ChatError */
  join(group: Group): Promise<void>;
  /** @throws ChatError */
  leave(groupId: string): Promise<void>;
  /** Everybody in a group of mine, in the order of joining. @throws ChatError */
  members(groupId: string): Promise<Member[]>;
  /** @throws ChatError */
  removeMember(groupId: string, userId: string): Promise<void>;
}

/** `become`: what I am in it now; undefined: nothing. The newest comes first. */
const placed = (groupId: string, become: Group | undefined) => ({ mine }: MyGroups): MyGroups => {
  const others = mine.filter(({ id }) => id !== groupId);
  return { mine: become === undefined ? others : [become, ...others] };
};

export const keepGroups = ({ call, on }: Pick<ChatClient, 'call' | 'on'>): KeptGroups => {
  const kept = keepRead<MyGroups, Group[]>({ on }, {
    first: { mine: [] },
    ask: () => readAll((paging) => call('get-all-groups', paging)),
    take: (_, mine) => ({ mine }),
  });

  on('userEvent', (event) => {
    if (event.kind !== 'membership') return;
    kept.hear(event.group.id);
    kept.change(placed(event.group.id, event.state === 'none' ? undefined : event.group));
  });

  return {
    get: kept.get, subscribe: kept.subscribe, load: kept.load,
    async create(group) {
      const { data } = await call('create-group', group);
      kept.change((before) => (before.mine.some(({ id }) => id === data.id) ? before : placed(data.id, data)(before)));
      return data;
    },
    join: (group) => kept.changeAfter(group.id, call('join-group', { groupId: group.id }), placed(group.id, group)),
    leave: (groupId) => kept.changeAfter(groupId, call('leave-group', { groupId }), placed(groupId, undefined)),
    members: (groupId) => readAll((paging) => call('get-group-members', { groupId, ...paging })),
    async removeMember(groupId, userId) { await call('remove-member', { groupId, userId }); },
  };
};
