import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { hrefOf } from '../app/router';
import { useMyDetails } from './use-my-details';

/** A new account has no name: until it has one nobody finds it by one, nor knows who has written. */
export const NamelessNote = (): ReactNode => {
  const { value: details } = useMyDetails();
  if (details === undefined || details.userName !== null) return null;
  return <Text size="sm" c="dimmed" px="md" pt="sm">You have no name yet, so others do not know who you are. <Anchor size="sm" href={hrefOf('account', 'profile')}>Choose a name</Anchor></Text>;
};
