import { Button, CloseButton, TextInput } from '@mantine/core';
import { MagnifyingGlassIcon, PersonIcon } from '@radix-ui/react-icons';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { EmptyState } from '../app/empty-state';
import { LoadingRows, Rows } from '../app/list-row';
import { LoadFailed } from '../app/load-failed';
import { PaneHeader } from '../app/pane-header';
import { hrefOf, type Place } from '../app/router';
import shell from '../app/shell.module.css';
import { useChats } from '../chats/chats-provider';
import { useStore } from '../store/use-store';
import { FoundPeople } from './found-people';
import type { Lists } from './keep-people';
import { PersonRow } from './person-row';
import { searchPeople } from './search-people';

const labels = [['received', 'Requests to you'], ['sent', 'Your requests'], ['friends', 'Friends']] as const;

const MyPeople = ({ lists, current }: { lists: Lists; current: string | undefined }): ReactNode => (
  <>
    {labels.map(([relation, label]) => (
      <Rows key={relation} label={label}>
        {lists[relation].map((person) => <PersonRow key={person.id} person={person} relation={relation} isCurrent={person.id === current} />)}
      </Rows>
    ))}
  </>
);

const isEmpty = ({ friends, received, sent }: Lists): boolean => friends.length + received.length + sent.length === 0;

/** Finds people, and shows those with whom I have something to do. */
const PeopleList = ({ place: [current] }: { place: Place }): ReactNode => {
  const { people, client } = useChats();
  const { loading, lists } = useStore(people);
  const [search] = useState(() => searchPeople(client));
  const [query, setQuery] = useState('');
  const inputId = useId();
  useEffect(() => () => { search.stop(); }, [search]);
  const ask = (text: string): void => {
    setQuery(text);
    search.ask(text);
  };
  const mine = loading.status === 'loading' ? <LoadingRows />
    : loading.status === 'failed' ? <LoadFailed error={loading.error} onRetry={() => { void people.load(); }} />
      : isEmpty(lists) ? (
        <EmptyState icon={<PersonIcon width={24} height={24} />} title="Nobody here yet" action={<Button variant="light" onClick={() => { document.getElementById(inputId)?.focus(); }}>Find somebody</Button>}>
          Find people by the beginning of their name, or by their whole email address, and send them a request.
        </EmptyState>
      ) : <MyPeople lists={lists} current={current} />;
  return (
    <>
      <PaneHeader title="People"><Button component="a" href={hrefOf('people', 'blocked')} variant="subtle" color="gray" size="xs">Blocked</Button></PaneHeader>
      <TextInput
        id={inputId} m="sm" type="search" placeholder="Name or email address" aria-label="Find people" maxLength={100} leftSection={<MagnifyingGlassIcon />} value={query}
        onChange={(event) => { ask(event.currentTarget.value); }}
        onKeyDown={(event) => { if (event.key === 'Escape') ask(''); }}
        rightSection={query === '' ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={() => { ask(''); document.getElementById(inputId)?.focus(); }} />}
      />
      <div className={shell.body}>{query.trim() === '' ? mine : <FoundPeople search={search} current={current} />}</div>
    </>
  );
};
export default PeopleList;
