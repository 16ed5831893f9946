import type { Person } from './keep-people';

/** Somebody who has chosen no name yet, or is known no more. */
export const nameOf = (person: Pick<Person, 'user_name'> | undefined): string => person?.user_name ?? 'No name yet';
