import type { ReactNode } from 'react';
import type { Chat } from '@chat-backend/client';
import { useChats } from '../chats/chats-provider';
import { relationTo, type Relation } from '../people/keep-people';
import { RelationButtons } from '../people/relation-buttons';
import { useStore } from '../store/use-store';
import classes from './messages.module.css';

const whyNot: Readonly<Record<Exclude<Relation, 'friends'>, (name: string) => string>> = {
  none: (name) => `You and ${name} are not friends now: only friends can write to each other.`,
  received: (name) => `${name} would like to be your friend. Accept, and you can write to each other.`,
  sent: (name) => `Your request to ${name} waits for an answer. When it is accepted you can write to each other.`,
  blocked: (name) => `You have blocked ${name}. Unblock, and ask again, to write to each other.`,
};

/** Whether I may write there, as far as it is known: the server decides. */
export const useMayWrite = ({ chatId, chatType }: Chat): boolean => {
  const { people, groups } = useChats();
  const [known, mine] = [useStore(people), useStore(groups)];
  return chatType === 'friend'
    ? known.loading.status !== 'ready' || relationTo(known.lists, chatId) === 'friends'
    : mine.loading.status !== 'ready' || mine.mine.some(({ id }) => id === chatId);
};

/** Stands where the composer would be: why one cannot write to somebody, and what helps. */
export const WhyNotWrite = ({ chat, name, isDeleted }: { chat: Chat; name: string; isDeleted: boolean }): ReactNode => {
  const { people, names } = useChats();
  const relation = relationTo(useStore(people).lists, chat.chatId);
  const person = useStore(names).people.get(chat.chatId) ?? { id: chat.chatId, user_name: null, about: null, profile_image: null };
  if (isDeleted) return <div className={`${classes.composer} ${classes.note} ${classes.closed}`} role="status">This account was deleted. What was written stays, and nobody can answer.</div>;
  return relation !== 'friends' && (
    <div className={`${classes.composer} ${classes.note} ${classes.closed}`} role="status">
      <span>{whyNot[relation](name)}</span>
      <RelationButtons person={person} relation={relation} size="xs" />
    </div>
  );
};
