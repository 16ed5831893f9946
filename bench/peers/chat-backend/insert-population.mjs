import { createRequire } from 'node:module';
import { everybody, friendships } from '../../run/population.mjs';

const { friendConversationId } = createRequire(import.meta.url)('@chat-backend/database');

const history = `insert into messages (conversation_id, seq, id, sender_id, recipient_id, is_group, client_message_id, message_type, body)
  select $1::uuid, n, gen_random_uuid(), case n % 2 when 0 then $2::uuid else $3::uuid end, case n % 2 when 0 then $3::uuid else $2::uuid end, false, gen_random_uuid(), 'TEXT',
    'Message ' || n || ' of a long conversation between two people who have known each other for years' from generate_series(1, $4::int) n`;

/** Rows instead of calls, so that no minutes go into registering thousands of people. What the calls would have written, these are. */
export const insertPopulation = async (client, population) => {
  await client.query(`insert into users (id, email, password_hash, pepper_id, is_verified, updated_at)
    select id, id || '@example.com', 'no password', 'none', true, now() from unnest($1::uuid[]) id`, [everybody(population)]);
  const pairs = friendships(population);
  await client.query('insert into friendships (low_user_id, high_user_id) select * from unnest($1::uuid[], $2::uuid[])', [pairs.map(([low]) => low), pairs.map(([, high]) => high)]);
  for (const { id, members, strangers } of Object.values(population.groups)) {
    await client.query('insert into groups (id, name, owner_id) values ($1, $2, $3)', [id, `A group of ${members.length + strangers}`, members[0]]);
    await client.query('insert into group_members (group_id, user_id) select $1, unnest($2::uuid[])', [id, members]);
    await client.query('insert into group_members (group_id, user_id) select $1, gen_random_uuid() from generate_series(1, $2::int)', [id, strangers]);
  }
  for (const { size, reader, friend } of population.histories) {
    const conversation = friendConversationId(reader, friend);
    await client.query('insert into conversations (id, last_seq) values ($1, $2)', [conversation, size]);
    await client.query(history, [conversation, reader, friend, size]);
    await client.query('insert into chats (user_id, conversation_id, chat_id, is_group, last_read_seq) values ($1, $2, $3, false, $4), ($3, $2, $1, false, $4)', [reader, conversation, friend, size]);
  }
};
