import { fields } from '@chat-backend/contracts';
import { z } from 'zod';
import type { Shape } from '../shape';

const page = 10_000;
const nullable = { user_name: fields.userName.nullable(), about: fields.about.nullable(), profile_image: fields.profileImage.nullable() };

/** What each table may hold of what clients gave. */
const tables = {
  users: z.object({ id: fields.id, email: fields.email, ...nullable, age: fields.age.nullable() }),
  groups: z.object({ id: fields.id, name: fields.groupName, about: nullable.about, profile_image: nullable.profile_image, owner_id: fields.id.nullable() }),
  messages: z.object({ id: fields.id, client_message_id: fields.id, sender_id: fields.id, recipient_id: fields.id, message_type: fields.messageType, body: fields.text(fields.limits.messageLength), deleted_at: z.date().nullable() })
    .refine(({ body, deleted_at: deletedAt }) => (deletedAt === null) === body.length > 0, { error: 'a message is empty when it was taken back, and only then' })
    .refine(({ message_type: type, body }) => fields.isTextOfType(type, body), { error: fields.unsafeLink }),
} as const;

/** Reads every row that clients can write, and says which are not what the contract allows; with how many there are. */
export const faultsInTables = async ({ query }: Shape): Promise<{ faults: string[]; rows: Record<string, number> }> => {
  const faults: string[] = [];
  const rows: Record<string, number> = {};
  for (const [table, schema] of Object.entries(tables)) {
    rows[table] = 0;
    for (let offset = 0; ; offset += page) {
      const found = await query(`select * from ${table} order by id limit ${page} offset ${offset}`);
      rows[table] += found.length;
      for (const row of found) {
        const { error } = schema.safeParse(row);
        if (error !== undefined) faults.push(`${table} ${String(row['id'])}: ${JSON.stringify(error.issues)}`);
      }
      if (found.length < page) break;
    }
  }
  return { faults, rows };
};
