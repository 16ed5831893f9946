import { ChatBubbleIcon, GearIcon, PersonIcon, TokensIcon } from '@radix-ui/react-icons';
import type { ComponentType, ReactNode } from 'react';
import { ConversationList } from '../conversations/conversation-list';
import { useUnread } from '../conversations/use-unread';
import { ChatPane } from '../messages/chat-pane';
import { useRequests } from '../people/use-requests';
import { createPart } from './create-part';
import type { Place } from './router';

const groupList = createPart(() => import('../groups/group-list'));
const groupPane = createPart(() => import('../groups/group-pane'));
const peopleList = createPart(() => import('../people/people-list'));
const peoplePane = createPart(() => import('../people/people-pane'));
const accountList = createPart(() => import('../account/account-list'));
const accountPane = createPart(() => import('../account/account-pane'));

/** A part of the page: what its list and its pane show is up to them, by what follows the name of the section in the address. */
export interface Section {
  name: 'chats' | 'people' | 'groups' | 'account';
  label: string;
  icon: ReactNode;
  List: ComponentType<{ place: Place }>;
  Pane: ComponentType<{ place: Place }>;
  /** What waits there for me, in words; nothing where nothing can. */
  waiting?: { useCount: () => number; say: (count: number) => string };
}

export const sections: readonly Section[] = [
  { name: 'chats', label: 'Chats', icon: <ChatBubbleIcon />, List: ConversationList, Pane: ChatPane, waiting: { useCount: useUnread, say: (count) => `${count} unread` } },
  {
    name: 'people', label: 'People', icon: <PersonIcon />, List: peopleList.Shown, Pane: peoplePane.Shown,
    waiting: { useCount: useRequests, say: (count) => (count === 1 ? '1 request' : `${count} requests`) },
  },
  { name: 'groups', label: 'Groups', icon: <TokensIcon />, List: groupList.Shown, Pane: groupPane.Shown },
  { name: 'account', label: 'Account', icon: <GearIcon />, List: accountList.Shown, Pane: accountPane.Shown },
];

/** Gets what is behind the first screen, so that going there works without the server, too. */
export const fetchSections = (): void => { for (const part of [peopleList, peoplePane, groupList, groupPane, accountList, accountPane]) part.fetch(); };
