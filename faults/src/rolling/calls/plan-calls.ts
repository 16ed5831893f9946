import type { EndpointName } from '@chat-backend/contracts';
import type { People } from '../../load/people';
import type { PlannedCall } from './call';

type Call = readonly [service: string, name: EndpointName, body: object];
/** Nobody is a friend of the one so far ahead. */
const strangerAhead = 5;

/** What each person asks for, of every service, again and again: what is read, and what changes something, or would if it were not so already. */
export const planCalls = ({ people, groups }: People): PlannedCall[] => people.flatMap((person, index) => {
  const { id, token, chats } = person;
  const friend = chats.find(({ chatType }) => chatType === 'friend')?.chatId ?? id;
  const group = groups.find(({ members }) => members.includes(person))?.conversation;
  const stranger = people[(index + strangerAhead) % people.length]?.id ?? id;
  const calls: Call[] = [
    ['auth', 'get-user-details', {}],
    ['social-graph', 'get-all-friends', {}],
    ['messaging', 'get-messages', { chatId: friend, chatType: 'friend', limit: 20 }],
    ['group', 'get-all-groups', {}],
    ['auth', 'update-profile', { about: `person ${index}` }],
    ['social-graph', 'sent-request', { to: stranger }],
    ['messaging', 'mark-read', { chatId: friend, chatType: 'friend', seq: 1 }],
    ['group', 'get-all-groups-join', {}],
    ['messaging', 'get-conversations', {}],
    ['social-graph', 'search-users', { query: 'person' }],
    ...(group === undefined ? [] : [['group', 'join-group', { groupId: group }], ['group', 'get-group-members', { groupId: group }]] satisfies Call[]),
  ];
  return [
    ...calls.map(([service, name, body]): PlannedCall => ({ service, name, method: 'POST', path: `/api/v1/${name}`, body: { token, ...body } })),
    { service: 'gateway', name: 'the page', method: 'GET', path: '/' },
  ];
});
