import { fields } from '@chat-backend/contracts';
import { Refusal } from '../refusal';
import { createListPager, timeAndId } from './list-cursor';

const id = '018f2f6e-6d3c-7a11-8f00-0123456789ab';
const place = { at: new Date('2026-11-24T12:00:00.123Z'), id };
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a list pager', () => {
  const pager = createListPager('people', timeAndId);
  const cursorAfter = (last: typeof place): string => {
    const { nextCursor } = pager.cut([last, last], 1, (row) => row).paging;
    if (nextCursor === undefined) throw new Error('there is more, and no cursor');
    return nextCursor;
  };

  it('reads back the place that it gave out, to the millisecond', () => {
    expect(pager.read({ cursor: cursorAfter(place), limit: 7 })).toEqual({ limit: 7, after: place });
  });

  it('begins at the start, with 50', () => {
    expect(pager.read({})).toEqual({ limit: 50, after: undefined });
  });

  it('names no next page unless a row is left over', () => {
    expect(pager.cut([place, place], 2, (row) => row)).toEqual({ page: [place, place], paging: {} });
    expect(pager.cut([], 2, () => place)).toEqual({ page: [], paging: {} });
    expect(pager.cut([1, 2, 3], 2, () => place).page).toEqual([1, 2]);
  });

  it('gives out cursors that the contract lets in, whatever a user is called', () => {
    const byName = createListPager('get-all-users-accept-requests', timeAndId.extend({ name: fields.name(64) }));
    const { nextCursor } = byName.cut([1, 2], 1, () => ({ ...place, name: '語'.repeat(64) })).paging;
    expect(fields.listPaging.cursor.safeParse(nextCursor).success).toBe(true);
  });

  it.each([
    ['text that is no base64url', '***'],
    ['base64url of no JSON', Buffer.from('people').toString('base64url')],
    ['JSON of another shape', encoded({ at: place.at, id })],
    ['a cursor of another list', encoded(['groups', place])],
    ['an id that is none', encoded(['people', { ...place, id: '1' }])],
    ['a time that is none', encoded(['people', { at: 'now', id }])],
    ['a time before what Postgres knows', encoded(['people', { at: '0000-01-01T00:00:00.000Z', id }])],
    ['a time after what Postgres knows', encoded(['people', { at: '+275760-01-01T00:00:00.000Z', id }])],
  ])('refuses %s', (_what, cursor) => {
    let refusal: unknown;
    try { pager.read({ cursor }); } catch (error) { refusal = error; }
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', details: { errors: [{ field: 'cursor' }] } });
  });
});
