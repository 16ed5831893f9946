import { setTimeout as pause } from 'node:timers/promises';
import { callApi, type ApiReply } from '../clients/call-api';
import type { LoadClient } from '../clients/load-client';
import type { Record } from '../history/events';
import type { Random } from '../random';
import type { Friends, Group, People, Person } from './people';

export interface PermissionChanges {
  /** How many permissions were taken away and given back. */
  count(): number;
  /** Ends when everybody is where they were. */
  stop(): Promise<void>;
}

export interface ChangePermissionsOptions { url: string; people: People; clientsOf: (user: string) => readonly LoadClient[]; record: Record; random: Random }

const betweenMs = 700;
const awayMs = 600;

/** @throws Error at an answer that neither does it nor says that it is done */
const expectCodes = (what: string, { status, code }: ApiReply, done: readonly string[]): void => {
  if (status !== 200 && !done.includes(code ?? '')) throw new Error(`${what} was refused: ${status} ${code ?? ''}`);
};

/** While messages are sent, members leave groups and come back, and friends part and make up: one after the other, each asked until it is certain. */
export const changePermissions = ({ url, people, clientsOf, record, random }: ChangePermissionsOptions): PermissionChanges => {
  let stopping = false;
  let count = 0;

  const leaveForAMoment = async ({ conversation, owner, members }: Group): Promise<void> => {
    const { id: user, token, chats } = random.pick(members.filter((member) => member !== owner));
    const chat = chats.find((one) => one.conversation === conversation);
    if (chat === undefined) return;
    record({ kind: 'permission', conversation, user, state: 'closing' });
    for (const client of clientsOf(user)) client.unfollow(chat);
    expectCodes('leave-group', await callApi(url, 'leave-group', token, { groupId: conversation }), ['NOT_A_MEMBER']);
    record({ kind: 'permission', conversation, user, state: 'closed' });
    await pause(awayMs);
    record({ kind: 'permission', conversation, user, state: 'opening' });
    expectCodes('join-group', await callApi(url, 'join-group', token, { groupId: conversation }), []);
    record({ kind: 'permission', conversation, user, state: 'open' });
    for (const client of clientsOf(user)) client.follow(chat);
  };

  /** A request whose answer was lost is there; an acceptance whose answer was lost has made them friends. */
  const befriend = async (one: Person, other: Person): Promise<void> => {
    const asked = await callApi(url, 'sent-request', one.token, { to: other.id });
    if (asked.code === 'ALREADY_FRIENDS') return;
    expectCodes('sent-request', asked, []);
    expectCodes('accept-request', await callApi(url, 'accept-request', other.token, { to: one.id }), ['REQUEST_NOT_FOUND']);
  };
  const partForAMoment = async ({ conversation, pair: [one, other] }: Friends): Promise<void> => {
    record({ kind: 'permission', conversation, state: 'closing' });
    expectCodes('remove-friend', await callApi(url, 'remove-friend', one.token, { to: other.id }), ['FRIEND_NOT_FOUND']);
    record({ kind: 'permission', conversation, state: 'closed' });
    await pause(awayMs);
    record({ kind: 'permission', conversation, state: 'opening' });
    await befriend(one, other);
    record({ kind: 'permission', conversation, state: 'open' });
  };

  const keepChanging = async (): Promise<void> => {
    while (!stopping) {
      await (random.below(3) > 0 ? leaveForAMoment(random.pick(people.groups)) : partForAMoment(random.pick(people.friends)));
      count += 1;
      await pause(betweenMs);
    }
  };
  const changing = keepChanging();
  // Heard by `stop`; until then it must not end the process.
  changing.catch(() => undefined);
  return {
    count: () => count,
    async stop() {
      stopping = true;
      await changing;
    },
  };
};
