SET lock_timeout = '5s';

-- Names the history that this database's numbers belong to (docs/adr/0027): another cluster, another database in it, and another timeline of the write-ahead
-- log, which every recovery to a moment and every promoted standby begins, are another history. Where a service in Postgres' place does not tell these, there is
-- the database alone.
create function history_of_database() returns text
language plpgsql stable set search_path from current as $function$
declare
  v_database text := (select oid from pg_database where datname = current_database())::text;
begin
  return (select system_identifier from pg_control_system())::text || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' || v_database;
exception when undefined_function or insufficient_privilege or feature_not_supported or object_not_in_prerequisite_state then
  return v_database;
end $function$;
