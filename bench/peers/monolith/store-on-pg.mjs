import pg from 'pg';

/** The monolith's queries on `pg`, as its documentation shows them: a pool, and parameters. */
export const createStore = (url) => {
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  return {
    async areFriends(one, other) {
      const { rowCount } = await pool.query('select 1 from friendships where low_user_id = $1 and high_user_id = $2', [one, other].sort());
      return rowCount === 1;
    },
    async isMember(groupId, userId) {
      const { rowCount } = await pool.query('select 1 from group_members where group_id = $1 and user_id = $2', [groupId, userId]);
      return rowCount === 1;
    },
    async groupsOf(userId) {
      const { rows } = await pool.query('select group_id from group_members where user_id = $1', [userId]);
      return rows.map(({ group_id: id }) => id);
    },
    async insert({ conversation, from, to, messageType, message }) {
      const { rows: [row] } = await pool.query(
        'insert into messages (conversation, sender_id, recipient_id, message_type, body) values ($1, $2, $3, $4, $5) returning id, created_at', [conversation, from, to, messageType, message]);
      return { id: row.id, createdAt: row.created_at };
    },
    async newest(conversation, limit) {
      const { rows } = await pool.query(
        'select id, sender_id as "from", recipient_id as "to", message_type as "messageType", body as message, created_at as "createdAt" from messages where conversation = $1 order by created_at desc limit $2',
        [conversation, limit]);
      return rows.reverse();
    },
  };
};
