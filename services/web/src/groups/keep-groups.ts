import type { ChatClient, ReplyTo, RequestTo } from '@chat-backend/client';
import { createStore, type Loading, type Readable } from '../store/create-store';
import { readAll } from '../store/read-all';

export type Group = ReplyTo<'get-all-groups'>['data'][number];
export type Member = ReplyTo<'get-group-members'>['data'][number];
export interface Groups { loading: Loading; mine: readonly Group[] }

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

const without = (groups: readonly Group[], groupId: string): Group[] => groups.filter(({ id }) => id !== groupId);

export const keepGroups = ({ call, on }: Pick<ChatClient, 'call' | 'on'>): KeptGroups => {
  const store = createStore<Groups>({ loading: { status: 'loading' }, mine: [] });
  /** As with people: the log is newer than what was asked for before it spoke. */
  const heard = new Map<string, number>();
  let sinceLoad: { group: Pick<Group, 'id'>; become: Group | undefined }[] = [];
  let reading: Promise<void> | undefined;

  const placed = (groups: readonly Group[], groupId: string, become: Group | undefined): readonly Group[] =>
    become === undefined ? without(groups, groupId) : [become, ...without(groups, groupId)];

  const place = (groupId: string, become: Group | undefined): void => {
    sinceLoad.push({ group: { id: groupId }, become });
    store.change(({ loading, mine }) => ({ loading, mine: placed(mine, groupId, become) }));
  };

  const read = async (): Promise<void> => {
    sinceLoad = [];
    try {
      const listed: readonly Group[] = await readAll((paging) => call('get-all-groups', paging));
      const mine = sinceLoad.reduce((groups, { group, become }) => placed(groups, group.id, become), listed);
      store.change(() => ({ loading: { status: 'ready' }, mine }));
    } catch (error) {
      store.change((groups) => (groups.loading.status === 'ready' ? groups : { ...groups, loading: { status: 'failed', error } }));
    }
  };

  const load = (): Promise<void> => {
    store.change((groups) => (groups.loading.status === 'failed' ? { ...groups, loading: { status: 'loading' } } : groups));
    reading ??= read().finally(() => { reading = undefined; });
    return reading;
  };

  /** After a call that changed what I am in a group. */
  const placeUnlessHeard = async (groupId: string, calling: Promise<unknown>, become: Group | undefined): Promise<void> => {
    const before = heard.get(groupId);
    await calling;
    if (heard.get(groupId) === before) place(groupId, become);
  };

  on('userEvent', (event) => {
    if (event.kind !== 'membership') return;
    heard.set(event.group.id, (heard.get(event.group.id) ?? 0) + 1);
    place(event.group.id, event.state === 'none' ? undefined : event.group);
  });
  on('fault', ({ code }) => { if (code === 'LOG_RESET') void load(); });
  on('state', (state) => { if (state === 'live' && store.get().loading.status === 'failed') void load(); });

  return {
    get: store.get, subscribe: store.subscribe, load,
    async create(group) {
      const { data } = await call('create-group', group);
      if (!store.get().mine.some(({ id }) => id === data.id)) place(data.id, data);
      return data;
    },
    join: (group) => placeUnlessHeard(group.id, call('join-group', { groupId: group.id }), group),
    leave: (groupId) => placeUnlessHeard(groupId, call('leave-group', { groupId }), undefined),
    members: (groupId) => readAll((paging) => call('get-group-members', { groupId, ...paging })),
    async removeMember(groupId, userId) { await call('remove-member', { groupId, userId }); },
  };
};
