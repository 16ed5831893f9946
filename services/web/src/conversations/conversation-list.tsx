import { Badge, Button } from '@mantine/core';
import { ChatBubbleIcon } from '@radix-ui/react-icons';
import { useEffect, useRef, type ReactNode } from 'react';
import type { Chat } from '@chat-backend/client';
import { NamelessNote } from '../account/nameless-note';
import { EmptyState } from '../app/empty-state';
import { ListRow, LoadingRows, RowEnd, Rows } from '../app/list-row';
import { LoadFailed } from '../app/load-failed';
import { PaneHeader } from '../app/pane-header';
import { hrefOf, type Place } from '../app/router';
import shell from '../app/shell.module.css';
import { keyOf } from '../chats/chat-key';
import { useChats } from '../chats/chats-provider';
import { whenLabel } from '../messages/times';
import type { Person } from '../people/keep-people';
import { nameOf } from '../people/person-name';
import { Picture } from '../people/picture';
import { useStore } from '../store/use-store';
import { inOrder, unreadOf, type Conversation, type LastMessage } from './keep-conversations';
import { useChatTitle } from './use-chat-title';

const rowId = (chat: Chat): string => `row-${keyOf(chat)}`;
const kinds = { TEXT: '', IMAGE: 'Picture', VIDEO: 'Video' } as const;

const said = ({ message, messageType, deletedAt }: LastMessage): string => (deletedAt !== undefined ? 'Message taken back' : messageType === 'TEXT' ? message : kinds[messageType]);

const ConversationRow = ({ conversation, isCurrent }: { conversation: Conversation; isCurrent: boolean }): ReactNode => {
  const { me, names } = useChats();
  const { name, image, words } = useChatTitle(conversation);
  const { lastMessage, chatType } = conversation;
  const unread = unreadOf(conversation);
  const author = useStore(names).people.get(lastMessage?.from ?? '')?.user_name ?? null;
  const by = lastMessage === null ? '' : lastMessage.from === me ? 'You: ' : chatType === 'group' && author !== null ? `${author}: ` : '';
  return (
    <ListRow
      id={rowId(conversation)} href={hrefOf('chats', chatType, conversation.chatId)} isCurrent={isCurrent}
      picture={<Picture name={name} image={image} isGroup={chatType === 'group'} />}
      title={words}
      quiet={lastMessage === null ? 'Nothing written yet' : `${by}${said(lastMessage)}`}
      end={(
        <RowEnd>
          <span>{lastMessage !== null && whenLabel(lastMessage.createdAt)}</span>
          {unread > 0 && <Badge size="md" circle={unread < 10} variant="filled" aria-label={`${unread} unread`}>{unread > 999 ? '999+' : unread}</Badge>}
        </RowEnd>
      )}
    />
  );
};

const NewFriendRow = ({ friend, isCurrent }: { friend: Person; isCurrent: boolean }): ReactNode => (
  <ListRow
    id={rowId({ chatType: 'friend', chatId: friend.id })} href={hrefOf('chats', 'friend', friend.id)} isCurrent={isCurrent}
    picture={<Picture name={friend.user_name} image={friend.profile_image} />} title={nameOf(friend)} quiet="Say hello"
  />
);

/** Coming back from a chat, on a phone, the focus is where one left the list. */
const useFocusOnReturn = (current: string | undefined): void => {
  const before = useRef(current);
  useEffect(() => {
    if (before.current !== undefined && current === undefined) document.getElementById(`row-${before.current}`)?.focus();
    before.current = current;
  }, [current]);
};

/** My chats, the one with the newest message first; then friends to whom nobody has written yet. */
export const ConversationList = ({ place: [chatType, chatId] }: { place: Place }): ReactNode => {
  const { conversations, people } = useChats();
  const state = useStore(conversations);
  const { lists: { friends } } = useStore(people);
  const current = chatType !== undefined && chatId !== undefined ? `${chatType}:${chatId}` : undefined;
  useFocusOnReturn(current);
  const { loading, byKey } = state;
  const newFriends = friends.filter(({ id }) => !byKey.has(`friend:${id}`));
  const rows = [
    ...inOrder(state).map((conversation) => <ConversationRow key={keyOf(conversation)} conversation={conversation} isCurrent={keyOf(conversation) === current} />),
    ...newFriends.map((friend) => <NewFriendRow key={`friend:${friend.id}`} friend={friend} isCurrent={current === `friend:${friend.id}`} />),
  ];
  return (
    <>
      <PaneHeader title="Chats" />
      <NamelessNote />
      <div className={shell.body}>
        {loading.status === 'failed' ? <LoadFailed error={loading.error} onRetry={() => { void conversations.load(); }} />
          : rows.length > 0 ? <Rows label="Chats" isLabelHidden>{rows}</Rows>
            : loading.status === 'loading' ? <LoadingRows />
              : (
                <EmptyState icon={<ChatBubbleIcon width={24} height={24} />} title="No chats yet" action={<Button component="a" href={hrefOf('people')} variant="light">Find somebody</Button>}>
                  Chats begin between friends and in groups. Find somebody you know, or join a group.
                </EmptyState>
              )}
      </div>
    </>
  );
};
