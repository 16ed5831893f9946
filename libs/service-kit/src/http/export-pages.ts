import { fields, limits } from '@chat-backend/contracts';
import { z } from 'zod';
import { createCursor } from './list-cursor';

/** Where a record stands among those of its kind: by an id, and within it, for what belongs to a conversation, by a number or by a second id. */
const exportPlace = z.object({ id: fields.id, seq: fields.seq.optional(), clientMessageId: fields.id.optional() });
export type ExportPlace = z.infer<typeof exportPlace>;

export interface ExportedRow<Exported> { place: ExportPlace; record: Exported }

/** Records of one kind, in the order of their places: at most `limit` after the one that the page before ended with. */
export type ExportSection<Exported> = (userId: string, after: ExportPlace | undefined, limit: number) => Promise<ExportedRow<Exported>[]>;

/**
 * Exports what a service keeps of a user, section after section. A page is of one section, so that no call reads or holds more than a page, however much
 * there is; what is written meanwhile makes no other record repeat or vanish.
 * @param name the endpoint's
 */
export const createExport = <Exported>(name: string, sections: readonly ExportSection<Exported>[]) => {
  const cursors = createCursor(name, z.object({ section: z.int().min(0).max(sections.length - 1), after: exportPlace.optional() }));
  return async (userId: string, cursor: string | undefined): Promise<{ data: Exported[]; nextCursor?: string }> => {
    const { section, after } = cursor === undefined ? { section: 0 } : cursors.decode(cursor);
    const rows = await sections[section]?.(userId, after, limits.exportRecords) ?? [];
    const last = rows.length < limits.exportRecords ? undefined : rows.at(-1);
    const next = last !== undefined ? { section, after: last.place } : section + 1 < sections.length ? { section: section + 1 } : undefined;
    return { data: rows.map(({ record }) => record), ...(next === undefined ? {} : { nextCursor: cursors.encode(next) }) };
  };
};

/** The page of a section of which the places are ids alone: before the first id comes the nil one. */
export const idAfter = (after: ExportPlace | undefined): string => after?.id ?? '00000000-0000-0000-0000-000000000000';
