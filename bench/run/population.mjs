import { createHash } from 'node:crypto';

/** The same people in every run, for every peer. */
const idOf = (what, number) => {
  const hex = createHash('sha256').update(`${what} ${number}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
const ids = (what, from, count) => Array.from({ length: count }, (_, index) => idOf(what, from + index));

const pairCount = 100;
const groupMembers = 1_000;
export const idleUsers = { quick: 3_000, full: 5_000 };

const inGroups = ids('member', 0, groupMembers);
const pairsOf = (users) => Array.from({ length: users.length / 2 }, (_, index) => [users[2 * index], users[2 * index + 1]]);

/**
 * Who there is: pairs of friends, members of groups, people who only connect, and readers of long histories.
 * A group's `strangers` are members who never connect: only rows.
 */
export const createPopulation = ({ quick }) => {
  const histories = (quick ? [1, 1_000, 100_000] : [1, 1_000, 100_000, 1_000_000]).map((size) => ({ size, reader: idOf('reader', size), friend: idOf('friend of reader', size) }));
  const pairs = pairsOf(ids('pair', 0, 2 * pairCount));
  const groups = {
    hundred: { id: idOf('group', 100), members: inGroups.slice(0, 100), strangers: 0 },
    thousand: { id: idOf('group', 1_000), members: inGroups, strangers: 0 },
    small: { id: idOf('group', 10), members: inGroups.slice(0, 10), strangers: 0 },
    large: { id: idOf('group', 10_000), members: inGroups.slice(0, 10), strangers: 9_990 },
  };
  return { pairs, groups, histories, idle: ids('idle', 0, quick ? idleUsers.quick : idleUsers.full) };
};

export const everybody = ({ pairs, idle, histories }) => [...pairs.flat(), ...inGroups, ...idle, ...histories.flatMap(({ reader, friend }) => [reader, friend])];
/** Both orders of names are known to everybody: the lower id first. */
export const friendships = ({ pairs, histories }) => [...pairs, ...histories.map(({ reader, friend }) => [reader, friend])].map((pair) => [...pair].sort());
