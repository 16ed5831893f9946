import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { CircleBackslashIcon, PersonIcon } from '@radix-ui/react-icons';
import { useState, type ReactNode } from 'react';
import { Confirm, type Question } from '../app/confirm';
import { EmptyState } from '../app/empty-state';
import { LoadingRows, Rows } from '../app/list-row';
import { PaneHeader } from '../app/pane-header';
import { hrefOf, type Place } from '../app/router';
import shell from '../app/shell.module.css';
import { keyOf } from '../chats/chat-key';
import { useChats } from '../chats/chats-provider';
import { useStore } from '../store/use-store';
import { relationTo, type Person } from './keep-people';
import { deletedAccount, nameOf } from './person-name';
import { PersonRow } from './person-row';
import { Picture } from './picture';
import { RelationButtons } from './relation-buttons';
import { useEndings } from './use-endings';

const BlockedPeople = (): ReactNode => {
  const { lists: { blocked }, loading } = useStore(useChats().people);
  return (
    <>
      <PaneHeader title="Blocked people" back={['people']} />
      <div className={shell.body}>
        {loading.status === 'loading' ? <LoadingRows /> : blocked.length === 0
          ? <EmptyState icon={<CircleBackslashIcon width={24} height={24} />} title="You block nobody">Whoever you block cannot write to you, ask you, or find you, and is not told.</EmptyState>
          : <Rows label="Blocked people" isLabelHidden>{blocked.map((person) => <PersonRow key={person.id} person={person} relation="blocked" isCurrent={false} />)}</Rows>}
      </div>
    </>
  );
};

const relationWords = {
  none: '', friends: 'You are friends.', received: 'Would like to be your friend.', sent: 'Your request waits for an answer.', blocked: 'You have blocked this person.',
} as const;

const PersonDetails = ({ person }: { person: Person }): ReactNode => {
  const relation = relationTo(useStore(useChats().people).lists, person.id);
  const { unfriend, block } = useEndings(person);
  const [question, setQuestion] = useState<Question>();
  return (
    <>
      <PaneHeader title={nameOf(person)} back={['people']} />
      <Stack className={shell.body} align="center" gap="md" p="xl" ta="center">
        <Picture name={person.user_name} image={person.profile_image} size={96} />
        <Title order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>{nameOf(person)}</Title>
        {person.about !== null && <Text maw={420} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{person.about}</Text>}
        <Text c="dimmed" role="status">{relationWords[relation]}</Text>
        <RelationButtons person={person} relation={relation} />
        <Group>
          {relation === 'friends' && <Button variant="subtle" color="gray" onClick={() => { setQuestion(unfriend); }}>Remove friend</Button>}
          {relation !== 'blocked' && <Button variant="subtle" color="red" onClick={() => { setQuestion(block); }}>Block</Button>}
        </Group>
      </Stack>
      <Confirm question={question} onClose={() => { setQuestion(undefined); }} />
    </>
  );
};

const DeletedPerson = ({ chatId }: { chatId: string }): ReactNode => (
  <>
    <PaneHeader title={deletedAccount} back={['people']} />
    <EmptyState icon={<PersonIcon width={24} height={24} />} title="This account was deleted" action={<Button component="a" href={hrefOf('chats', 'friend', chatId)} variant="light">What was written</Button>}>
      Nothing is kept of who it was but the messages that stayed.
    </EmptyState>
  </>
);

/** Somebody, or the list of whom I block. */
const PeoplePane = ({ place: [which] }: { place: Place }): ReactNode => {
  const { names, conversations } = useChats();
  const person = useStore(names).people.get(which ?? '');
  const isDeleted = useStore(conversations).byKey.get(keyOf({ chatType: 'friend', chatId: which ?? '' }))?.isDeleted === true;
  if (which === 'blocked') return <BlockedPeople />;
  if (isDeleted) return <DeletedPerson chatId={which ?? ''} />;
  if (person !== undefined) return <PersonDetails person={person} />;
  return <EmptyState icon={<PersonIcon width={24} height={24} />} title="Choose somebody">Here you see who somebody is, write to them, or block them.</EmptyState>;
};
export default PeoplePane;
