import { useCallback, useEffect, useState } from 'react';
import { useChats } from '../chats/chats-provider';
import type { Member } from './keep-groups';

export interface Members { members: readonly Member[]; status: 'loading' | 'ready' | 'failed'; error?: unknown; reload: () => void; drop: (userId: string) => void }

/**
 * Who is in a group, as it was when it was asked for. Only what I am in it is told of; so it is asked for anew when that changes (whose group it was has
 * left), when somebody speaks who was not in it, and when one comes back to the window.
 */
export const useMembers = (groupId: string): Members => {
  const { groups, names, client } = useChats();
  const [state, setState] = useState<Pick<Members, 'members' | 'status' | 'error'>>({ members: [], status: 'loading' });
  const [round, setRound] = useState(0);
  const reload = useCallback(() => { setRound((before) => before + 1); }, []);
  const drop = useCallback((userId: string) => { setState((before) => ({ ...before, members: before.members.filter(({ id }) => id !== userId) })); }, []);
  useEffect(() => {
    let isCurrent = true;
    groups.members(groupId).then((members) => {
      if (!isCurrent) return;
      names.learnMembers(groupId, members);
      setState({ members, status: 'ready' });
    }, (error: unknown) => { if (isCurrent) setState((before) => (before.status === 'ready' ? before : { ...before, status: 'failed', error })); });
    return () => { isCurrent = false; };
  }, [groups, names, groupId, round]);
  useEffect(() => client.on('message', ({ chatId, from }) => { if (chatId === groupId && names.get().members.get(groupId)?.has(from) === false) reload(); }), [client, names, groupId, reload]);
  useEffect(() => client.on('userEvent', (event) => { if (event.kind === 'membership' && event.group.id === groupId) reload(); }), [client, groupId, reload]);
  useEffect(() => {
    window.addEventListener('focus', reload);
    return () => { window.removeEventListener('focus', reload); };
  }, [reload]);
  return { ...state, reload, drop };
};
