import { fields, limits } from '@chat-backend/contracts';
import { z } from 'zod';
import { Refusal } from '../refusal';

/** What a call for a list says of paging (`fields.listPaging`). */
export interface ListPaging { limit?: number | undefined; cursor?: string | undefined }

export interface Page<Row> { rows: Row[]; /** Where the next page begins; absent on the last one. */ nextCursor?: string }

/**
 * Pages one list by keyset: a cursor is the place of the last row that the caller has, so that a page costs the same
 * wherever it lies, and rows that come or go meanwhile neither repeat others nor hide them.
 */
export interface ListPager<Place> {
  /** @throws Refusal INVALID_REQUEST naming `cursor`, for one that this list did not give out */
  read(paging: ListPaging): { limit: number; after: Place | undefined };
  /** Cuts the page from rows that were read with a `limit` of one more than the page's: that one shows whether more follow. */
  cut<Row>(rows: Row[], limit: number, placeOf: (row: Row) => Place): Page<Row>;
}

const latestTime = Date.UTC(9999, 11, 31);

/** A place in a list that is ordered by a time (milliseconds since the epoch), then by id. */
export const timeAndId = z.object({ at: z.int().min(0).max(latestTime).transform((at) => new Date(at)), id: fields.id });
export type TimeAndId = z.infer<typeof timeAndId>;

const asJson = (_key: string, value: unknown): unknown => value;

const write = (list: string, place: object): string => {
  const plain = Object.fromEntries(Object.entries(place).map(([key, value]) => [key, value instanceof Date ? value.getTime() : value as unknown]));
  return Buffer.from(JSON.stringify([list, plain], asJson)).toString('base64url');
};
