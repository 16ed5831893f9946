import type { Question } from '../app/confirm';
import { useChats } from '../chats/chats-provider';
import type { Person } from './keep-people';
import { nameOf } from './person-name';

/** What ends something between two people, with the question that is asked first. */
export const useEndings = (person: Person): { unfriend: Question; block: Question } => {
  const { people } = useChats();
  const name = nameOf(person);
  return {
    unfriend: { title: `Remove ${name}?`, verb: 'Remove friend', work: () => people.unfriend(person), text: 'You both keep what was written and cannot add to it. To write again, one of you has to send a new request.' },
    block: { title: `Block ${name}?`, verb: 'Block', work: () => people.block(person), text: 'This ends your friendship. Neither of you can write to the other, ask, or find the other. The other is not told.' },
  };
};
