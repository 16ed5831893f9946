import { useCallback, useEffect, useState } from 'react';
import { useChats } from '../chats/chats-provider';
import type { Member } from './keep-groups';

export interface Members { members: readonly Member[]; status: 'loading' | 'ready' | 'failed'; error?: unknown; reload: () => void; drop: (userId: string) => void }

/** Who is in a group: as it was when it was asked for, and anew whenever somebody speaks whom it does not name. */
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
      names.learn(members);
      setState({ members, status: 'ready' });
    }, (error: unknown) => { if (isCurrent) setState((before) => (before.status === 'ready' ? before : { ...before, status: 'failed', error })); });
    return () => { isCurrent = false; };
  }, [groups, names, groupId, round]);
  useEffect(() => client.on('message', ({ chatId, from }) => { if (chatId === groupId && !names.get().has(from)) reload(); }), [client, names, groupId, reload]);
  return { ...state, reload, drop };
};
