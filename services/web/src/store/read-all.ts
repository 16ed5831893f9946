interface Page<Item> { data: Item[]; nextCursor?: string | undefined }

/** Nobody looks through more; a list that has no end must not keep the page busy for ever. */
const mostPages = 50;

/** Reads a list to its end, page by page. */
export const readAll = async <Item>(read: (paging: { limit: number; cursor?: string }) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page: Page<Item> = await read({ limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.data);
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  return items;
};
