-- What clients catch up by: changes of messages (docs/adr/0009) and the log of each user (docs/adr/0010).

-- AlterTable
ALTER TABLE "conversations" ADD COLUMN     "last_revision" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "group_members" ADD COLUMN     "joined_seq" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3),
ADD COLUMN     "revision" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "sent_digest" BYTEA;

-- CreateTable
CREATE TABLE "chats" (
    "user_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "chat_id" UUID NOT NULL,
    "is_group" BOOLEAN NOT NULL,
    "last_read_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "chats_pkey" PRIMARY KEY ("user_id","conversation_id")
) WITH (fillfactor = 70); -- a row is rewritten with each batch of its user: room to do so in place

-- Nobody knows what was read before this was counted: all that is there counts as read.
INSERT INTO "chats" ("user_id", "conversation_id", "chat_id", "is_group", "last_read_seq")
SELECT place.user_id, place.conversation_id, place.chat_id, false, c.last_seq FROM "conversations" c JOIN (
  SELECT sender_id, conversation_id, recipient_id FROM "messages" WHERE seq = 1 AND NOT is_group
  UNION ALL
  SELECT recipient_id, conversation_id, sender_id FROM "messages" WHERE seq = 1 AND NOT is_group
) AS place(user_id, conversation_id, chat_id) ON place.conversation_id = c.id;
UPDATE "group_members" m SET "joined_seq" = c.last_seq FROM "conversations" c WHERE c.id = m.group_id;

-- CreateTable
CREATE TABLE "user_logs" (
    "user_id" UUID NOT NULL,
    "last_number" BIGINT NOT NULL,

    CONSTRAINT "user_logs_pkey" PRIMARY KEY ("user_id")
) WITH (fillfactor = 70);

-- CreateTable
CREATE TABLE "user_log_entries" (
    "user_id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "number" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_log_entries_pkey" PRIMARY KEY ("user_id","subject")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_log_entries_user_id_number_key" ON "user_log_entries"("user_id", "number");

-- Messages that were changed, in the order of their last change. Messages that never were cost nothing here. Prisma's schema cannot name a condition.
CREATE UNIQUE INDEX "messages_conversation_id_revision_key" ON "messages"("conversation_id", "revision") WHERE "revision" > 0;

-- What tells a repeated send from another one when the text that was sent is gone. The message's own id is in it, so that equal texts do not look alike.
create function digest_of_sent(p_message_id uuid, p_body text) returns bytea
language sql stable return sha256(convert_to(p_message_id::text || p_body, 'UTF8'));

-- Appends events to the logs of users, within the caller's transaction.
--
-- Promises:
--   * numbers of a user are 1, 2, 3 … and become visible in that order: the row in user_logs stays locked until the caller commits;
--   * an event takes the place of an older one of the same subject;
--   * logs are locked in the order of their users, so two callers cannot wait for each other. Call it once in a transaction, and take no other lock after it.
-- No two entries of a call have the same user and subject. It runs as its owner: services may call it and write the logs in no other way.
create function append_user_log(p_user_ids uuid[], p_subjects text[], p_kinds text[], p_payloads jsonb[])
returns table (entry integer, number bigint, created_at timestamptz)
language sql volatile security definer set search_path from current as $function$
  with entries as materialized (
    select * from unnest(p_user_ids, p_subjects, p_kinds, p_payloads) with ordinality as e(user_id, subject, kind, payload, position)
  ),
  advanced as (
    insert into user_logs as l (user_id, last_number)
    select user_id, count(*) from entries group by user_id order by user_id
    on conflict (user_id) do update set last_number = l.last_number + excluded.last_number
    returning l.user_id, l.last_number
  ),
  numbered as materialized (
    select e.*, a.last_number - count(*) over (partition by e.user_id) + row_number() over (partition by e.user_id order by e.position) as number,
      clock_timestamp()::timestamptz(3) as moment
    from entries e join advanced a using (user_id)
  ),
  stored as (
    insert into user_log_entries (user_id, subject, number, kind, payload, created_at)
    select user_id, subject, number, kind, payload, moment from numbered order by user_id, subject
    on conflict (user_id, subject) do update set number = excluded.number, kind = excluded.kind, payload = excluded.payload, created_at = excluded.created_at
  )
  select position::integer, number, moment from numbered
$function$;

-- As before, and now sending also moves what its sender has read.
--
-- Stores a batch of messages in one round trip (services/messaging/src/messages/store-entries.ts calls it; the arrays are its columns).
--
-- Promises, for each entry:
--   * its conversation's lock is held before anything is read, so that what it reads is true until it commits
--     (the same lock: libs/database/src/lock-conversation.ts; who takes away the right to send takes it first);
--   * the same (conversation, sender, client message id) is stored once: a repeat gets the first row, another body or type is a conflict,
--     also after the row was edited or deleted: it then keeps the digest of what was sent;
--   * numbers of a conversation are 1, 2, 3 … without a gap, in the order of the entries, and creation times never go back with them;
--   * an entry that is refused takes nothing from the others;
--   * who sends has read what was written before: their place in the chat moves to their own message. The first message of a friend chat
--     gives both their place.
-- The caller has folded repeats within the batch: entries share conversation, sender and client message id only where such a row exists already.
--
-- READ COMMITTED is needed: each statement below then reads what was committed before the locks were taken.
-- Run it where plan_cache_mode is force_generic_plan and enable_seqscan is off (libs/database/src/open-hot-pool.ts).
create or replace function send_batch(
  p_conversation_ids uuid[], p_sender_ids uuid[], p_recipient_ids uuid[], p_is_group boolean[],
  p_client_message_ids uuid[], p_message_ids uuid[], p_message_types message_type[], p_bodies text[],
  p_pushed bigint[],       -- outbox entries to delete: their messages have left
  p_wait_for_held boolean  -- wait for conversations that others hold (lock_timeout bounds it), instead of answering 'held' for them
) returns table (
  entry integer,                -- 1 is the first
  outcome text,                 -- stored, duplicate, conflict, refused, held
  message_id uuid,              -- the row's; null unless stored or duplicate, like those below
  message_seq bigint,
  created_at_ms bigint,         -- milliseconds since the epoch
  membership_version bigint,    -- the group's; null in a friend chat
  outbox_id bigint              -- the batch's entry, the same in every row; null when nothing was stored
) language plpgsql volatile as $function$
#variable_conflict use_column
declare
  held bigint[];
  moment timestamptz(3);
begin
  -- Every batch locks in the order of the keys, so that two batches cannot wait for each other.
  if p_wait_for_held then
    perform pg_advisory_xact_lock(k.key)
    from (select distinct hashtextextended(c.id::text, 0) as key from unnest(p_conversation_ids) as c(id) order by 1) as k;
  else
    select array_agg(k.key) filter (where not pg_try_advisory_xact_lock(k.key)) into held
    from (select distinct hashtextextended(c.id::text, 0) as key from unnest(p_conversation_ids) as c(id) order by 1) as k;
  end if;

  -- Taken under the locks: in each conversation a higher number was never created earlier.
  moment := clock_timestamp();

  -- What the sweep has at this moment, the sweep deletes: nobody waits.
  if cardinality(p_pushed) > 0 then
    delete from message_outbox where id in (select o.id from message_outbox o where o.id = any (p_pushed) for update skip locked);
  end if;

  return query
  with entries as materialized (
    select * from unnest(
      p_conversation_ids, p_sender_ids, p_recipient_ids, p_is_group, p_client_message_ids, p_message_ids, p_message_types, p_bodies
    ) with ordinality as e(conversation_id, sender_id, recipient_id, is_group, client_message_id, message_id, message_type, body, position)
  ),
  free as materialized (
    select * from entries where held is null or hashtextextended(conversation_id::text, 0) <> all (held)
  ),
  -- May it be written, and was it already? `limit 1` instead of EXISTS: for that the planner reads whole tables into a hash.
  checked as materialized (
    select e.*, first.id as first_id, first.seq as first_seq, first.created_at as first_created_at, first.is_same, open_group.membership_version as version,
      first.id is null and case when e.is_group then
        open_group.membership_version is not null
        and (select true from group_members m where m.group_id = e.recipient_id and m.user_id = e.sender_id limit 1) is not null
      else
        (select true from friendships f
          where f.low_user_id = least(e.sender_id, e.recipient_id) and f.high_user_id = greatest(e.sender_id, e.recipient_id) limit 1) is not null
        and (select true from blocks b where b.blocker_id = e.recipient_id and b.blocked_id = e.sender_id limit 1) is null
        and (select true from blocks b where b.blocker_id = e.sender_id and b.blocked_id = e.recipient_id limit 1) is null
      end as is_allowed
    from free e
    left join lateral (
      select m.id, m.seq, m.created_at, m.message_type = e.message_type
        and case when m.sent_digest is null then m.body = e.body else m.sent_digest = digest_of_sent(m.id, e.body) end as is_same from messages m
      where m.conversation_id = e.conversation_id and m.sender_id = e.sender_id and m.client_message_id = e.client_message_id limit 1
    ) first on true
    left join lateral (
      select g.membership_version from groups g where e.is_group and g.id = e.recipient_id and g.closed_at is null limit 1
    ) open_group on true
  ),
  -- In the order of ids: other batches, and whatever else writes conversations, do the same.
  advanced as (
    insert into conversations as c (id, last_seq)
    select conversation_id, count(*) from checked where is_allowed group by conversation_id order by conversation_id
    on conflict (id) do update set last_seq = c.last_seq + excluded.last_seq
    returning c.id, c.last_seq
  ),
  numbered as materialized (
    select n.*, a.last_seq - count(*) over (partition by n.conversation_id)
      + row_number() over (partition by n.conversation_id order by n.position) as seq
    from checked n join advanced a on a.id = n.conversation_id where n.is_allowed
  ),
  stored as (
    insert into messages (conversation_id, seq, id, sender_id, recipient_id, is_group, client_message_id, message_type, body, created_at, updated_at)
    select conversation_id, seq, message_id, sender_id, recipient_id, is_group, client_message_id, message_type, body, moment, moment from numbered
  ),
  -- In the order of users: only marking as read writes these rows beside, one at a time.
  read as (
    insert into chats as r (user_id, conversation_id, chat_id, is_group, last_read_seq)
    select user_id, conversation_id, chat_id, is_group, max(seq) from (
      select sender_id, conversation_id, recipient_id, is_group, seq from numbered
      union all
      select recipient_id, conversation_id, sender_id, false, 0 from numbered where seq = 1 and not is_group
    ) as places(user_id, conversation_id, chat_id, is_group, seq)
    group by user_id, conversation_id, chat_id, is_group order by user_id, conversation_id
    on conflict (user_id, conversation_id) do update set last_read_seq = greatest(r.last_read_seq, excluded.last_read_seq)
  ),
  -- One row a batch. Arrays of references instead of JSON: 10 microseconds a message less.
  announced as (
    insert into message_outbox (conversation_ids, seqs, membership_versions, created_at)
    select array_agg(conversation_id), array_agg(seq), array_agg(coalesce(version, 0)), moment from numbered having count(*) > 0
    returning id
  )
  select e.position::integer,
    case when n.seq is not null then 'stored' when c.first_id is not null then case when c.is_same then 'duplicate' else 'conflict' end
      when c.position is null then 'held' else 'refused' end,
    coalesce(n.message_id, c.first_id), coalesce(n.seq, c.first_seq),
    (date_part('epoch', case when n.seq is not null then moment else c.first_created_at end) * 1000)::bigint,
    c.version, (select id from announced)
  from entries e left join checked c on c.position = e.position left join numbered n on n.position = e.position;
end
$function$;
