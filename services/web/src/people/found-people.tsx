import { Text } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { LoadFailed } from '../app/load-failed';
import { LoadingRows, Rows } from '../app/list-row';
import { useChats } from '../chats/chats-provider';
import { useStore } from '../store/use-store';
import { relationTo } from './keep-people';
import { PersonRow } from './person-row';
import type { PeopleSearch } from './search-people';

/** What a search found, each with what there is between the two now. */
export const FoundPeople = ({ search, current }: { search: PeopleSearch; current: string | undefined }): ReactNode => {
  const { people, names, me } = useChats();
  const { lists } = useStore(people);
  const { status, query, found, error, hasMore } = useStore(search);
  const others = found.filter(({ id }) => id !== me);
  // Whoever is chosen here is shown beside it.
  useEffect(() => { names.learn(found); }, [names, found]);
  if (status === 'failed') return <LoadFailed error={error} onRetry={search.again} />;
  if (status === 'searching' && others.length === 0) return <LoadingRows />;
  return (
    <>
      <Text role="status" size="sm" c="dimmed" px="md">
        {status === 'searching' ? 'Searching …' : others.length === 0 ? `Nobody is called “${query}”. Names are found by their beginning, email addresses as a whole.` : `${others.length}${hasMore ? ' and more' : ''} found`}
      </Text>
      <Rows label="Found" isLabelHidden>
        {others.map((person) => <PersonRow key={person.id} person={person} relation={relationTo(lists, person.id)} isCurrent={person.id === current} />)}
      </Rows>
    </>
  );
};
