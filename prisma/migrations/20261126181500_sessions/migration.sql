-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "device" TEXT;

-- Sessions in the logs of users, by when they are over. Prisma's schema cannot name an expression.
CREATE INDEX "user_log_entries_session_expiry_idx" ON "user_log_entries" ((("payload" ->> 'expiresAt') COLLATE "C")) WHERE "kind" = 'session';

-- Deletes from the logs of users the sessions whose time was over a day ago, ended or not: every client knows so by their expiresAt, so that nothing is lost
-- to one that was away, and a log stays no longer than what there is to know. Numbers of others stay. It runs as its owner: services may call it and delete nothing else.
create function forget_over_sessions() returns bigint
language sql volatile security definer set search_path from current as $function$
  with forgotten as (
    delete from user_log_entries
    where kind = 'session' and (payload ->> 'expiresAt') collate "C" < to_char((now() - interval '1 day') at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    returning 1
  )
  select count(*) from forgotten
$function$;
