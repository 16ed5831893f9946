import { setTimeout as pause } from 'node:timers/promises';
import type { LoadClient } from '../clients/load-client';
import type { Random } from '../random';
import type { Person } from './people';

export interface SendMessagesOptions {
  people: readonly Person[];
  clientsOf: (user: string) => readonly Pick<LoadClient, 'send' | 'undecided'>[];
  messages: number;
  /** Spread evenly over this time; longer where the answers take longer. */
  overMs: number;
  /** At the same pace beyond `messages` while this says so: a fault without a load proves nothing. */
  goesOn: () => boolean;
  random: Random;
}

const stepMs = 20;
/** More than this wait for the service: a load that runs away tells nothing. */
const undecidedAtMost = 3_000;

/** Mostly a few words; now and then a page, or what is hard to carry. */
const bodyOf = (number: number, random: Random): string => {
  const kind = random.below(20);
  if (kind === 0) return `${number} ${'a long message, '.repeat(1 + random.below(200))}`;
  if (kind === 1) return `${number} "quoted" \\ 'and' <tagged>\n\tзнаки, 文字, 🧗‍♀️`;
  return `message ${number}`;
};

/** Hands the messages to the clients, whoever it is, wherever they go. Resolves when all are handed over; the clients know when they are decided. */
export const sendMessages = async (options: SendMessagesOptions, onSent: (sent: number) => void): Promise<void> => {
  const { people, clientsOf, messages, overMs, goesOn, random } = options;
  const begun = performance.now();
  const undecided = (): number => people.reduce((sum, { id }) => clientsOf(id).reduce((of, client) => of + client.undecided(), sum), 0);

  for (let sent = 0; sent < messages || goesOn(); await pause(stepMs)) {
    const inTime = Math.ceil((messages * (performance.now() - begun)) / overMs);
    const due = goesOn() ? inTime : Math.min(messages, inTime);
    if (due > sent && undecided() > undecidedAtMost) continue;
    for (; sent < due; sent += 1) {
      const person = random.pick(people);
      const client = random.pick(clientsOf(person.id));
      void client.send(random.pick(person.chats), bodyOf(sent + 1, random));
    }
    onSent(sent);
  }
};

/** One message into every conversation, so that everybody knows all of them. */
export const sendFirstMessages = async (people: readonly Person[], clientsOf: SendMessagesOptions['clientsOf']): Promise<void> => {
  const begun = new Set<string>();
  await Promise.all(people.flatMap(({ id, chats }) => chats.map(async (chat) => {
    if (begun.has(chat.conversation)) return;
    begun.add(chat.conversation);
    await clientsOf(id)[0]?.send(chat, 'the first message');
  })));
};
