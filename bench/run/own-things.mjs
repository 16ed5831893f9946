// What is running now and must be stopped in order, the last one first: at the end of each turn, on Ctrl-C, and on an error.
const running = [];

/** @param thing what has a `stop` */
export const owned = (thing) => {
  running.push(thing);
  return thing;
};

export const stopOwned = async () => {
  for (let thing = running.pop(); thing !== undefined; thing = running.pop()) await thing.stop();
};
