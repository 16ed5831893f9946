import { Button, Center, Loader, VisuallyHidden } from '@mantine/core';
import { ArrowDownIcon } from '@radix-ui/react-icons';
import { useCallback, useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';
import type { ChatMessage } from '@chat-backend/client';
import { useChats } from '../chats/chats-provider';
import { keyOf } from '../chats/chat-key';
import { nameInGroup } from '../people/person-name';
import { useStore } from '../store/use-store';
import { buildRows, type LogRow } from './build-rows';
import { MessageRow, PendingRow } from './message-row';
import classes from './messages.module.css';
import type { OpenChat } from './open-chat';
import { dayLabel } from './times';
import { useScroll } from './use-scroll';

/** At the end of a chat more than this is not kept: it comes again by scrolling up. */
const mostKept = 400;
const keptAtEnd = 200;

export interface MessageLogProps {
  open: OpenChat;
  name: string;
  unreadAfter: number;
  /** How often something was sent from here: one wants to see it, wherever one has read. */
  sent: number;
  onEdit?: ((message: ChatMessage) => void) | undefined;
  onTakeBack?: ((message: ChatMessage) => void) | undefined;
}

/** Reads out what others write while the chat is open. Rows that come by scrolling up are not read out: the log itself is quiet. */
const Announcer = ({ open, name }: { open: OpenChat; name: string }): ReactNode => {
  const { client, names, me } = useChats();
  const [words, setWords] = useState('');
  useEffect(() => client.on('message', (message) => {
    if (keyOf(message) !== keyOf(open.chat) || message.from === me) return;
    const author = message.chatType === 'group' ? nameInGroup(names.get(), message, message.from) : name;
    setWords(`${author}: ${message.messageType === 'TEXT' ? message.message : message.messageType === 'IMAGE' ? 'sent a picture' : 'sent a video'}`);
  }), [client, names, me, open, name]);
  return <VisuallyHidden role="status" aria-live="polite">{words}</VisuallyHidden>;
};

/** How many messages of others have come since the end was in sight. */
const useNewBelow = (open: OpenChat, isAtEnd: boolean): number => {
  const { me } = useChats();
  const { messages } = useStore(open);
  const last = messages.at(-1)?.seq ?? 0;
  const [seen, setSeen] = useState(last);
  if (isAtEnd && seen !== last) setSeen(last);
  return useMemo(() => messages.filter(({ seq, from }) => seq > seen && from !== me).length, [messages, seen, me]);
};

export const MessageLog = ({ open, name, unreadAfter, sent, onEdit, onTakeBack }: MessageLogProps): ReactNode => {
  const { me, names, pending, markRead } = useChats();
  const { chat } = open;
  const { messages, hasOlder, older } = useStore(open);
  const allPending = useStore(pending);
  const known = useStore(names);
  const rows = useMemo(
    () => buildRows(messages, allPending.filter(({ to, chatType }) => to === chat.chatId && chatType === chat.chatType), me, unreadAfter),
    [messages, allPending, chat, me, unreadAfter],
  );
  const onNearTop = useCallback(() => { if (open.get().older === 'idle') void open.loadOlder(); }, [open]);
  const onSeen = useCallback((seq: number) => { markRead(chat, seq); }, [markRead, chat]);
  const { scroller, content, isAtEnd, toEnd, onScroll } = useScroll({ rows, onNearTop, onSeen });
  useLayoutEffect(() => { if (sent > 0) toEnd(); }, [sent, toEnd]);
  const newBelow = useNewBelow(open, isAtEnd);
  useEffect(() => { if (isAtEnd && messages.length > mostKept) open.keepNewest(keptAtEnd); }, [open, isAtEnd, messages]);

  const drawn = (row: LogRow): ReactNode => {
    switch (row.kind) {
      case 'day': return <li key={row.key} className={classes.line}><span>{dayLabel(row.timestamp)}</span></li>;
      case 'unread': return <li key={row.key} className={classes.line} data-unread><span>New messages</span></li>;
      case 'pending': return <PendingRow key={row.key} pending={row.pending} isFirstOfGroup={row.isFirstOfGroup} onRetry={pending.retry} onDrop={pending.drop} />;
      case 'message': {
        const { from } = row.message;
        const isMine = from === me;
        const author = isMine ? 'you' : chat.chatType === 'group' ? nameInGroup(known, chat, from) : name;
        return (
          <MessageRow
            key={row.key} message={row.message} isMine={isMine} isFirstOfGroup={row.isFirstOfGroup} author={author}
            person={known.people.get(from) ?? null} onEdit={onEdit} onTakeBack={onTakeBack}
          />
        );
      }
    }
  };

  return (
    <div className={classes.place}>
      <div ref={scroller} className={classes.log} role="log" aria-live="off" aria-label={`Messages with ${name}`} tabIndex={0} onScroll={onScroll}>
        <Center h={40}>
          {older === 'loading' && <Loader size="sm" aria-label="Loading older messages" />}
          {older === 'failed' && <Button size="xs" variant="subtle" onClick={() => { void open.loadOlder(); }}>Older messages could not be loaded. Try again</Button>}
          {older === 'idle' && !hasOlder && <span className={classes.beginning}>This is the beginning</span>}
        </Center>
        <ol ref={content} className={classes.rows}>{rows.map(drawn)}</ol>
      </div>
      {!isAtEnd && (
        <Button className={classes.jump} size="xs" radius="xl" variant={newBelow > 0 ? 'filled' : 'default'} leftSection={<ArrowDownIcon />} onClick={toEnd}>
          {newBelow === 0 ? 'To the newest' : newBelow === 1 ? '1 new message' : `${newBelow} new messages`}
        </Button>
      )}
      <Announcer open={open} name={name} />
    </div>
  );
};
