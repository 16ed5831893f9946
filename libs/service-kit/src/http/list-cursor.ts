import { fields, limits } from '@chat-backend/contracts';
import { z } from 'zod';
import { Refusal } from '../refusal';

/** What a call says of paging: `fields.listPaging`. */
export interface ListPaging { limit?: number | undefined; cursor?: string | undefined }

/**
 * Pages one list by keyset: a cursor is the place of the last row that the caller has, so that a page costs the same
 * wherever it lies, and what comes or goes meanwhile makes no other row repeat or vanish.
 */
export interface ListPager<Place> {
  /** @throws Refusal INVALID_REQUEST naming `cursor`, for one that this list did not give out */
  read(paging: ListPaging): { limit: number; after: Place | undefined };
  /**
   * The page's rows, and its cursor when there is more.
   * @param rows read with a limit of one more than the page's: the one too many shows that more follow
   */
  cut<Row>(rows: readonly Row[], limit: number, placeOf: (row: Row) => Place): { page: Row[]; paging: { nextCursor?: string } };
}

/** Within what Postgres, JavaScript and a year of four digits can all say. */
const time = z.iso.datetime().transform((text) => new Date(text)).refine((at) => at.getTime() >= 0);

/** A place in a list that is ordered by a time, then by an id. */
export const timeAndId = z.object({ at: time, id: fields.id });
export type TimeAndId = z.infer<typeof timeAndId>;

/** A place in a list as callers hold it: base64url of JSON, opaque to them, and so free to change. */
export interface Cursor<Place> {
  encode(place: Place): string;
  /** @throws Refusal INVALID_REQUEST naming `cursor`, for one that this list did not give out */
  decode(cursor: string): Place;
}

const wrongCursor = (): Refusal => new Refusal('INVALID_REQUEST', { errors: [{ field: 'cursor', message: 'must be the nextCursor of this list' }] });

const parseJson = (text: string): unknown => {
  try { return JSON.parse(text); } catch { throw wrongCursor(); }
};

/**
 * @param list names the list in its cursors, so that another list refuses them; an endpoint's name
 * @param place says what a cursor of this list holds. Callers can forge one: it must refuse what the database cannot take
 */
export const createCursor = <Schema extends z.ZodType>(list: string, place: Schema): Cursor<z.output<Schema>> => {
  const content = z.tuple([z.literal(list), place]);
  return {
    encode: (at) => Buffer.from(JSON.stringify([list, at])).toString('base64url'),
    decode(cursor) {
      const result = content.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
      if (!result.success) throw wrongCursor();
      return result.data[1] as z.output<Schema>;
    },
  };
};

/** `list` and `place` as for `createCursor`. */
export const createListPager = <Schema extends z.ZodType>(list: string, place: Schema): ListPager<z.output<Schema>> => {
  const cursors = createCursor(list, place);
  return {
    read: ({ limit, cursor }) => ({ limit: limit ?? limits.defaultPageSize, after: cursor === undefined ? undefined : cursors.decode(cursor) }),
    cut(rows, limit, placeOf) {
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return { page, paging: rows.length > limit && last !== undefined ? { nextCursor: cursors.encode(placeOf(last)) } : {} };
    },
  };
};
