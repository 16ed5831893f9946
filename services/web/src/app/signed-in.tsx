import type { ReactNode } from 'react';
import { ChatsProvider } from '../chats/chats-provider';
import { MeProvider } from './client-provider';
import { Shell } from './shell';

/** The page of this user. Loaded once somebody is signed in: who signs in or up waits for no chat. */
const SignedIn = ({ userId }: { userId: string }): ReactNode => <MeProvider value={userId}><ChatsProvider><Shell /></ChatsProvider></MeProvider>;

export default SignedIn;
