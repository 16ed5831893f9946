import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { browserStorage } from '../app/browser-storage';
import { useClient, useMe } from '../app/client-provider';
import { createChats, type Chats } from './create-chats';

const ChatsContext = createContext<Chats | undefined>(undefined);

/** What the page knows of the signed-in user's people and chats. The lists are read after it began to listen, so that nothing falls between. */
export const ChatsProvider = ({ children }: { children: ReactNode }): ReactNode => {
  const [client, me] = [useClient(), useMe()];
  const [chats, setChats] = useState<Chats>();
  useEffect(() => {
    const opened = createChats(client, me, browserStorage);
    setChats(opened);
    return () => { opened.close(); };
  }, [client, me]);
  return chats !== undefined && <ChatsContext value={chats}>{children}</ChatsContext>;
};

export const useChats = (): Chats => {
  const chats = useContext(ChatsContext);
  if (chats === undefined) throw new Error('useChats needs a ChatsProvider around it');
  return chats;
};
