import { Button, Skeleton, Stack } from '@mantine/core';
import { ChatBubbleIcon, TokensIcon } from '@radix-ui/react-icons';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Chat, ChatMessage } from '@chat-backend/client';
import { Confirm, type Question } from '../app/confirm';
import { EmptyState } from '../app/empty-state';
import { LoadFailed } from '../app/load-failed';
import { PaneHeader } from '../app/pane-header';
import { hrefOf, type Place } from '../app/router';
import { useChats } from '../chats/chats-provider';
import { useChatTitle } from '../conversations/use-chat-title';
import { Picture } from '../people/picture';
import { useStore } from '../store/use-store';
import { ChatMenu } from './chat-menu';
import { Composer } from './composer';
import { useMayWrite, WhyNotWrite } from './may-write';
import { MessageLog } from './message-log';
import classes from './messages.module.css';
import { useUnreadLine } from './use-unread-line';

const LoadingChat = (): ReactNode => (
  <Stack flex={1} justify="flex-end" p="lg" gap="sm" role="status" aria-label="Loading messages">
    <Skeleton height={44} width="46%" radius="lg" /><Skeleton height={44} width="30%" radius="lg" /><Skeleton height={64} width="52%" radius="lg" style={{ alignSelf: 'flex-end' }} /><Skeleton height={44} width="38%" radius="lg" />
  </Stack>
);

const GoneGroup = ({ name }: { name: string }): ReactNode => (
  <>
    <PaneHeader title={name} back={['chats']} />
    <EmptyState icon={<TokensIcon width={24} height={24} />} title="You are not in this group any more" action={<Button component="a" href={hrefOf('groups', 'find')} variant="light">Find groups</Button>}>
      You left it, were removed, or it was closed. Join it again to read and write here.
    </EmptyState>
  </>
);

const hasKeyboard = (): boolean => window.matchMedia('(hover: hover)').matches;

const Chatting = ({ chat }: { chat: Chat }): ReactNode => {
  const { open: openChat, me, pending, names } = useChats();
  const open = useMemo(() => openChat(chat), [openChat, chat]);
  const { loading, messages } = useStore(open);
  const hasPending = useStore(pending).some(({ to, chatType }) => to === chat.chatId && chatType === chat.chatType);
  const title = useChatTitle(chat);
  // A group that I am not in any more is in no list; its name still says what has ended.
  const [lastName, setLastName] = useState<string>();
  if (title.name !== null && title.name !== lastName) setLastName(title.name);
  const name = chat.chatType === 'group' ? lastName ?? title.words : title.words;
  const mayWrite = useMayWrite(chat);
  const { unreadAfter, clear } = useUnreadLine(chat);
  const [sent, setSent] = useState(0);
  const [editing, setEditing] = useState<ChatMessage>();
  const [question, setQuestion] = useState<Question>();
  const input = useRef<HTMLTextAreaElement>(null);

  useEffect(() => { if (chat.chatType === 'group') void names.askForMembers(chat.chatId); }, [names, chat]);
  // On a phone the keyboard would cover what one came to read.
  useEffect(() => { if (hasKeyboard()) input.current?.focus(); }, [chat, mayWrite]);
  useEffect(() => { if (editing !== undefined) input.current?.focus(); }, [editing]);

  const takeBack = useCallback((message: ChatMessage) => {
    setQuestion({
      title: 'Take this message back?', verb: 'Take back', text: 'Everybody in this chat sees that a message was taken back, and no more what it said.',
      async work() {
        await open.takeBack(message.seq);
        if (hasKeyboard()) input.current?.focus();
      },
    });
  }, [open]);
  const editLast = (): void => { setEditing(messages.findLast(({ from, messageType, deletedAt }) => from === me && messageType === 'TEXT' && deletedAt === undefined)); };
  const endEditing = (): void => {
    setEditing(undefined);
    input.current?.focus();
  };

  const onSent = (): void => {
    clear();
    setSent((count) => count + 1);
  };

  // Who leaves a group loses its history.
  if (chat.chatType === 'group' && !mayWrite) return <GoneGroup name={name} />;
  return (
    <>
      <PaneHeader
        back={['chats']}
        title={(
          <a className={classes.title} href={chat.chatType === 'group' ? hrefOf('groups', chat.chatId) : hrefOf('people', chat.chatId)}>
            <Picture name={title.name} image={title.image} isGroup={chat.chatType === 'group'} size={36} /><span dir="auto">{name}</span>
          </a>
        )}
      >
        {!title.isDeleted && <ChatMenu chat={chat} />}
      </PaneHeader>
      {loading.status === 'failed' && <LoadFailed error={loading.error} onRetry={() => { void open.load(); }} />}
      {loading.status === 'loading' && !hasPending && <LoadingChat />}
      {loading.status === 'ready' && messages.length === 0 && !hasPending && (
        <EmptyState icon={<ChatBubbleIcon width={24} height={24} />} title="Nothing written yet">{mayWrite ? 'Write the first message below.' : 'Nobody has written here.'}</EmptyState>
      )}
      {(messages.length > 0 || (hasPending && loading.status !== 'failed')) && (
        <MessageLog open={open} name={name} unreadAfter={unreadAfter} sent={sent} {...(mayWrite ? { onEdit: setEditing, onTakeBack: takeBack } : {})} />
      )}
      {mayWrite
        ? <Composer key={`${chat.chatType}:${chat.chatId}`} open={open} name={name} input={input} editing={editing} onEditLast={editLast} onEdited={endEditing} onSent={onSent} />
        : <WhyNotWrite chat={chat} name={name} isDeleted={title.isDeleted} />}
      <Confirm question={question} onClose={() => { setQuestion(undefined); }} />
    </>
  );
};

/** The chat that was chosen. Going to another one begins anew. */
export const ChatPane = ({ place: [chatType, chatId] }: { place: Place }): ReactNode => {
  const chat = useMemo<Chat | undefined>(() => ((chatType === 'friend' || chatType === 'group') && chatId !== undefined ? { chatType, chatId } : undefined), [chatType, chatId]);
  return chat === undefined
    ? <EmptyState icon={<ChatBubbleIcon width={24} height={24} />} title="Choose a chat">Begin a new one with a friend or in a group.</EmptyState>
    : <Chatting key={`${chat.chatType}:${chat.chatId}`} chat={chat} />;
};
