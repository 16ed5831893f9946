/** How long a message's key is: the text of each message begins with one that no other has. */
export const keyLength = 12;
/** The whole text's length: an ordinary chat message. */
const textLength = 100;
const filler = 'The quick brown fox jumps over the lazy dog, and then it goes home to have a cup of tea with its friends. ';

export const textWith = (key) => `${key} ${filler}`.slice(0, textLength);

/** Keys of one generator: its own letter and a number, always of the same length. */
export const createKeys = (generator) => {
  let number = 0;
  const letter = String.fromCharCode(65 + generator);
  return () => letter + String(number++).padStart(keyLength - 1, '0');
};
