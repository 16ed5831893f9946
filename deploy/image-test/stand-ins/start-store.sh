#!/bin/sh
# What the official images do of what docker-compose.yml asks of them: POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD_FILE, PGDATA; or the command given.
set -eu
if [ "$#" -gt 0 ]; then
  chown redis: /data
  exec setpriv --reuid=redis --regid=redis --clear-groups "$@"
fi
# Where the official image of 18 has it when nobody says.
folder=${PGDATA:-/var/lib/postgresql/18/docker}
as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
if [ ! -s "$folder/PG_VERSION" ]; then
  install -d -o postgres -g postgres "$folder"
  install -o postgres -m 0400 "$POSTGRES_PASSWORD_FILE" /tmp/password
  (cd / && as_postgres initdb --pgdata="$folder" --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync > /dev/null)
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> "$folder/pg_hba.conf"
  echo "create database $POSTGRES_DB" | as_postgres env PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" sh -c "
    cd / && pg_ctl --pgdata=$folder --options='-c listen_addresses= -c unix_socket_directories=/tmp' --wait --silent start > /dev/null
    psql --host=/tmp --username=$POSTGRES_USER --dbname=postgres --quiet && pg_ctl --pgdata=$folder --wait --silent stop"
fi
cd /
exec setpriv --reuid=postgres --regid=postgres --clear-groups postgres -D "$folder" -c listen_addresses='*' -c unix_socket_directories=/tmp
