import { ChatBubbleIcon, GearIcon, PersonIcon, TokensIcon } from '@radix-ui/react-icons';
import { lazy, type ComponentType, type ReactNode } from 'react';
import { ConversationList } from '../conversations/conversation-list';
import { ChatPane } from '../messages/chat-pane';
import type { Place } from './router';

const GroupList = lazy(() => import('../groups/group-list'));
const GroupPane = lazy(() => import('../groups/group-pane'));
const PeopleList = lazy(() => import('../people/people-list'));
const PeoplePane = lazy(() => import('../people/people-pane'));
const AccountList = lazy(() => import('../account/account-list'));
const AccountPane = lazy(() => import('../account/account-pane'));

/** A part of the page: what its list and its pane show is up to them, by what follows the name of the section in the address. */
export interface Section {
  name: 'chats' | 'people' | 'groups' | 'account';
  label: string;
  icon: ReactNode;
  List: ComponentType<{ place: Place }>;
  Pane: ComponentType<{ place: Place }>;
}

export const sections: readonly Section[] = [
  { name: 'chats', label: 'Chats', icon: <ChatBubbleIcon />, List: ConversationList, Pane: ChatPane },
  { name: 'people', label: 'People', icon: <PersonIcon />, List: PeopleList, Pane: PeoplePane },
  { name: 'groups', label: 'Groups', icon: <TokensIcon />, List: GroupList, Pane: GroupPane },
  { name: 'account', label: 'Account', icon: <GearIcon />, List: AccountList, Pane: AccountPane },
];
