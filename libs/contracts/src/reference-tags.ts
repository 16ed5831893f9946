import type { Endpoint } from './endpoint';
import * as accounts from './endpoints/accounts';
import * as blocks from './endpoints/blocks';
import * as groups from './endpoints/groups';
import * as messages from './endpoints/messages';
import * as personalData from './endpoints/personal-data';
import * as sessions from './endpoints/sessions';
import * as socialGraph from './endpoints/social-graph';
import * as twoFactor from './endpoints/two-factor';

export interface ReferenceTag { name: string; description: string }

/** The chapters of the reference: each is a file of endpoints. */
const chapters: readonly (ReferenceTag & { endpoints: object })[] = [
  { name: 'Accounts', endpoints: accounts, description: 'Signing up and in, one-time codes, passwords, the profile, and the tokens of a session.' },
  { name: 'Friends', endpoints: socialGraph, description: 'Finding people, friend requests, and who is a friend.' },
  { name: 'Groups', endpoints: groups, description: 'Public groups: creating, finding, joining and leaving them, and their members.' },
  { name: 'Messages', endpoints: messages, description: 'Conversations, their history, what is unread, and catching up. Messages are sent by socket: see sendMessage.' },
  { name: 'Blocks', endpoints: blocks, description: 'Shutting somebody out, and letting them in again.' },
  { name: 'Sessions', endpoints: sessions, description: 'The devices on which a user is signed in.' },
  { name: 'Two-factor', endpoints: twoFactor, description: 'A second factor for signing in: a mailed code, or an authenticator app with recovery codes.' },
  { name: 'Personal data', endpoints: personalData, description: 'What is kept of a user: taking it along, and having it deleted.' },
];

export const referenceTags: readonly ReferenceTag[] = chapters.map(({ name, description }) => ({ name, description }));

/** The chapter that a call stands in. */
export const tagOf = (endpoint: Endpoint): string => {
  const chapter = chapters.find(({ endpoints }) => (Object.values(endpoints) as unknown[]).includes(endpoint));
  if (chapter === undefined) throw new Error(`${endpoint.name} stands in no chapter of the reference`);
  return chapter.name;
};
