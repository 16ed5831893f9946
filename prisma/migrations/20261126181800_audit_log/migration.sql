-- CreateTable
CREATE TABLE "audit_log" (
    "id" UUID NOT NULL,
    "happened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "action" TEXT NOT NULL,
    "user_id" UUID,
    "subject_id" UUID,
    "object_id" UUID,
    "code" TEXT,
    "call" TEXT,
    "request_id" TEXT,
    "address" TEXT,
    "account_hash" TEXT,
    "times" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_log_happened_at_idx" ON "audit_log"("happened_at");

-- CreateIndex
CREATE INDEX "audit_log_user_id_happened_at_idx" ON "audit_log"("user_id", "happened_at");

-- CreateIndex
CREATE INDEX "audit_log_subject_id_happened_at_idx" ON "audit_log"("subject_id", "happened_at");

-- The log is append-only. The roles of the services may add to it and nothing else; this holds where the roles are not ours, too, for the owner of
-- the table as for everybody: no entry is changed, and none is deleted before it is thirty days old.
create function keep_audit_log() returns trigger
language plpgsql set search_path from current as $function$
begin
  if tg_op = 'DELETE' then
    if old.happened_at < now() - interval '30 days' then return old; end if;
  end if;
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end
$function$;

create trigger audit_log_keeps_its_entries before update or delete on audit_log for each row execute function keep_audit_log();
create trigger audit_log_is_not_emptied before truncate on audit_log for each statement execute function keep_audit_log();

-- Deletes entries that are older than so many days, the oldest first and at most so many. It runs as its owner: auth may call it, and no service deletes in any other way.
create function delete_old_audit_entries(p_days integer, p_at_most integer) returns integer
language sql volatile security definer set search_path from current as $function$
  with old as (
    select id from audit_log where happened_at < now() - make_interval(days => greatest(p_days, 30)) order by happened_at limit p_at_most
  ),
  deleted as (delete from audit_log using old where audit_log.id = old.id returning 1)
  select count(*)::integer from deleted
$function$;
revoke execute on function delete_old_audit_entries(integer, integer) from public;
