import { ActionIcon, Menu } from '@mantine/core';
import { DotsVerticalIcon } from '@radix-ui/react-icons';
import { useRef, useState, type ReactNode } from 'react';
import type { Chat } from '@chat-backend/client';
import { Confirm, type Question } from '../app/confirm';
import { hrefOf } from '../app/router';
import { useChats } from '../chats/chats-provider';
import { relationTo, type Person } from '../people/keep-people';
import { useEndings } from '../people/use-endings';
import { useStore } from '../store/use-store';

const FriendItems = ({ person, ask }: { person: Person; ask: (question: Question) => void }): ReactNode => {
  const relation = relationTo(useStore(useChats().people).lists, person.id);
  const { unfriend, block } = useEndings(person);
  return (
    <>
      <Menu.Item component="a" href={hrefOf('people', person.id)}>Profile</Menu.Item>
      {relation === 'friends' && <Menu.Item onClick={() => { ask(unfriend); }}>Remove friend</Menu.Item>}
      {relation !== 'blocked' && <Menu.Item c="var(--danger)" onClick={() => { ask(block); }}>Block</Menu.Item>}
    </>
  );
};

/** What can be done about a chat as a whole. */
export const ChatMenu = ({ chat }: { chat: Chat }): ReactNode => {
  const { names } = useChats();
  const person = useStore(names).people.get(chat.chatId);
  const [question, setQuestion] = useState<Question>();
  const button = useRef<HTMLButtonElement>(null);
  if (chat.chatType === 'friend' && person === undefined) return null;
  return (
    <>
      {/* Without it the first item has the focus, and a menu has nothing in it but items. */}
      <Menu position="bottom-end" withinPortal withInitialFocusPlaceholder={false}>
        <Menu.Target><ActionIcon ref={button} variant="subtle" color="gray" size="lg" aria-label="More about this chat"><DotsVerticalIcon /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          {person !== undefined && chat.chatType === 'friend' ? <FriendItems person={person} ask={setQuestion} /> : <Menu.Item component="a" href={hrefOf('groups', chat.chatId)}>Members and more</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Confirm question={question} onClose={() => { setQuestion(undefined); }} opener={button} />
    </>
  );
};
