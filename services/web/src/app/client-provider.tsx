import { createChatClient, type ChatClient } from '@chat-backend/client';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';

/** Below this the page never speaks to the server by itself: all goes through this one client. */
const ClientContext = createContext<ChatClient | undefined>(undefined);
const MeContext = createContext<string | undefined>(undefined);

const serverUrl = new URL('.', window.location.href.split(/[?#]/)[0]).href;

export const createPageClient = (): ChatClient => createChatClient({ url: serverUrl, storage: window.localStorage });

export const ClientProvider = ({ client, children }: { client: ChatClient; children: ReactNode }): ReactNode => {
  useEffect(() => {
    const reconnect = (): void => { void client.connect().catch(() => undefined); };
    window.addEventListener('online', reconnect);
    return () => { window.removeEventListener('online', reconnect); };
  }, [client]);
  return <ClientContext value={client}>{children}</ClientContext>;
};

export const MeProvider = MeContext.Provider;

/** The page's one chat client. */
export const useClient = (): ChatClient => {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error('useClient needs a ClientProvider around it');
  return client;
};

/** Id of who is signed in. Everything in the shell is rendered for a signed-in user, anew for each. */
export const useMe = (): string => {
  const me = useContext(MeContext);
  if (me === undefined) throw new Error('useMe is for what is shown to a signed-in user');
  return me;
};

/** Who is signed in: undefined while the stored session is being read, null when nobody is. */
export const useSignedIn = (client: ChatClient): string | null | undefined => {
  const [userId, setUserId] = useState<string | null>();
  useEffect(() => {
    const read = (): void => { void client.signedInAs().then((id) => { setUserId(id ?? null); }, () => { setUserId(null); }); };
    read();
    const stopState = client.on('state', read);
    const stopEnded = client.on('sessionEnded', () => { setUserId(null); });
    return () => {
      stopState();
      stopEnded();
    };
  }, [client]);
  return userId;
};
