import { createChatClient, type ChatClient, type ChatStorage } from '@chat-backend/client';
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { forgetWritten } from '../conversations/keep-drafts';
import { browserStorage } from './browser-storage';
import { forgetUser } from './window-storage';

const serverUrl = new URL('.', window.location.href.split(/[?#]/)[0]).href;

/** The page never speaks to the server by itself: all goes through this one client. */
export const createPageClient = (storage: ChatStorage): ChatClient => createChatClient({ url: serverUrl, storage });

export interface PageSession {
  /** Who is signed in: undefined while the stored session is being read, null when nobody is. */
  userId: string | null | undefined;
  /** What ended the last session, if that was not who sat here. */
  endedBy: 'server' | 'deletion' | undefined;
  /** For whoever signed in: shows the page of who is signed in now. */
  refresh(): Promise<void>;
  /** Signs out, and forgets here what is stored of this user. `before`: what ends the session at the server by itself. @throws ChatError where that fails */
  leave(before?: () => Promise<unknown>): Promise<void>;
}

const ClientContext = createContext<ChatClient | undefined>(undefined);
const SessionContext = createContext<PageSession | undefined>(undefined);
const MeContext = createContext<string | undefined>(undefined);

/** Everything that this browser keeps of who has left, whatever of the page is still shown and hears of it. */
const forgetAll = (userId: string): void => {
  forgetUser(userId);
  forgetWritten(browserStorage, userId);
};

const useSession = (client: ChatClient): PageSession => {
  const [userId, setUserId] = useState<string | null>();
  const [endedBy, setEndedBy] = useState<PageSession['endedBy']>();
  const lastUser = useRef<string>(undefined);
  const refresh = useCallback(async () => {
    const id = await client.signedInAs();
    lastUser.current = id;
    setUserId(id ?? null);
    if (id === undefined) return;
    setEndedBy(undefined);
    void client.connect();
  }, [client]);
  const isLeaving = useRef(false);
  const leave = useCallback<PageSession['leave']>(async (before) => {
    isLeaving.current = true;
    try {
      const id = await client.signedInAs();
      await before?.();
      // Nobody is, where it was heard already that the session is over.
      if (await client.signedInAs() !== undefined) await client.signOut();
      if (id !== undefined) forgetAll(id);
    } finally {
      isLeaving.current = false;
    }
  }, [client]);
  useEffect(() => {
    refresh().catch(() => { setUserId(null); });
    return client.on('sessionEnded', ({ code, reason }) => {
      const gone = lastUser.current;
      // Not before the client has stored where it stood.
      if (reason === 'accountDeleted' && gone !== undefined) setTimeout(() => { forgetAll(gone); });
      setUserId(null);
      setEndedBy(isLeaving.current || code === 'SESSION_ENDED' ? undefined : reason === 'accountDeleted' ? 'deletion' : 'server');
    });
  }, [client, refresh]);
  return useMemo(() => ({ userId, endedBy, refresh, leave }), [userId, endedBy, refresh, leave]);
};

export const ClientProvider = ({ client, children }: { client: ChatClient; children: ReactNode }): ReactNode => {
  const session = useSession(client);
  useEffect(() => {
    const reconnect = (): void => { void client.connect(); };
    window.addEventListener('online', reconnect);
    return () => { window.removeEventListener('online', reconnect); };
  }, [client]);
  return <ClientContext value={client}><SessionContext value={session}>{children}</SessionContext></ClientContext>;
};

/** Everything below is rendered for this user, anew for each. */
export const MeProvider = MeContext.Provider;

const useRequired = <Value,>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('a provider is missing around this component');
  return value;
};

/** The page's one chat client. */
export const useClient = (): ChatClient => useRequired(useContext(ClientContext));
export const usePageSession = (): PageSession => useRequired(useContext(SessionContext));
/** Id of who is signed in; for what is shown to a signed-in user. */
export const useMe = (): string => useRequired(useContext(MeContext));
