/** What stands for a name where there is no picture: how its first two words begin, or its only one. An emoji of several signs is its first. */
export const initialsOf = (name: string): string => {
  const [first = [], second] = name.trim().split(/\s+/).map((word) => Array.from(word));
  return (second === undefined ? first.slice(0, 2) : [...first.slice(0, 1), ...second.slice(0, 1)]).join('').toUpperCase();
};
