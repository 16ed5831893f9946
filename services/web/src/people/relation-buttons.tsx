import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { hrefOf } from '../app/router';
import { useServerAction } from '../app/use-server-action';
import { useChats } from '../chats/chats-provider';
import type { Person, Relation } from './keep-people';
import { nameOf } from './person-name';

/** What one does next with somebody, by what there is between the two. */
export const RelationButtons = ({ person, relation, size = 'sm' }: { person: Person; relation: Relation; size?: 'xs' | 'sm' }): ReactNode => {
  const { people } = useChats();
  const { isBusy, run } = useServerAction();
  const name = nameOf(person);
  const shape = { size, loading: isBusy };
  switch (relation) {
    case 'friends':
      return <Button {...shape} component="a" href={hrefOf('chats', 'friend', person.id)} variant="light" aria-label={`Message ${name}`}>Message</Button>;
    case 'received':
      return (
        <Group gap="xs" wrap="nowrap">
          <Button {...shape} onClick={() => { run(() => people.accept(person)); }} aria-label={`Accept the request of ${name}`}>Accept</Button>
          <Button {...shape} variant="default" onClick={() => { run(() => people.reject(person)); }} aria-label={`Reject the request of ${name}`}>Reject</Button>
        </Group>
      );
    case 'sent':
      return <Button {...shape} variant="default" onClick={() => { run(() => people.cancel(person)); }} aria-label={`Cancel request to ${name}`}>Cancel request</Button>;
    case 'blocked':
      return <Button {...shape} variant="default" onClick={() => { run(() => people.unblock(person)); }} aria-label={`Unblock ${name}`}>Unblock</Button>;
    case 'none':
      return <Button {...shape} variant="light" onClick={() => { run(() => people.request(person)); }} aria-label={`Add friend ${name}`}>Add friend</Button>;
  }
};
