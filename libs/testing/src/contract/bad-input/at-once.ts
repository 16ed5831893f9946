/** Does the work for every item, so many at once. */
export const forEachAtOnce = async <Item>(items: readonly Item[], atOnce: number, work: (item: Item, index: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const goOn = async (): Promise<void> => {
    for (let index = next; index < items.length; index = next) {
      next += 1;
      await work(items[index] as Item, index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, goOn));
};
