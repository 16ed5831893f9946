import type { ReactNode } from 'react';
import { ChatsProvider } from '../chats/chats-provider';
import { Shell } from './shell';

/** What whoever is signed out need not load. */
const SignedIn = (): ReactNode => <ChatsProvider><Shell /></ChatsProvider>;
export default SignedIn;
