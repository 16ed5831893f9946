import { readFileSync } from 'node:fs';
import { everybody, friendships } from '../../run/population.mjs';

const schema = readFileSync(new URL('schema.sql', import.meta.url), 'utf8');

export const insertPopulation = async (client, population) => {
  await client.query(schema);
  await client.query("insert into users (id, email) select id, id || '@example.com' from unnest($1::uuid[]) id", [everybody(population)]);
  const pairs = friendships(population);
  await client.query('insert into friendships select * from unnest($1::uuid[], $2::uuid[])', [pairs.map(([low]) => low), pairs.map(([, high]) => high)]);
  for (const { id, members, strangers } of Object.values(population.groups)) {
    await client.query('insert into group_members select $1, unnest($2::uuid[])', [id, members]);
    await client.query('insert into group_members select $1, gen_random_uuid() from generate_series(1, $2::int)', [id, strangers]);
  }
  for (const { size, reader, friend } of population.histories.filter((history) => history.size <= 100_000)) {
    await client.query(`insert into messages (conversation, sender_id, recipient_id, message_type, body, created_at)
      select $1, case n % 2 when 0 then $2::uuid else $3::uuid end, case n % 2 when 0 then $3::uuid else $2::uuid end, 'TEXT',
        'Message ' || n || ' of a long conversation between two people who have known each other for years', now() - make_interval(secs => $4::int - n) from generate_series(1, $4::int) n`,
    [[reader, friend].sort().join(':'), reader, friend, size]);
  }
};
