#!/usr/bin/env bash
# A PostgreSQL of its own with PostGIS, for tests: makes a cluster in a folder and starts it on a port of the loopback
# and on a socket in the folder. Its superuser is "owner" with the password "owner secret/word".
# Usage: postgis-for-tests.sh start FOLDER PORT | stop FOLDER; 3 where PostgreSQL or PostGIS is not installed
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed" >&2; exit 3; }
version=$(basename "$(dirname "$bin")")
[ -e "/usr/share/postgresql/$version/extension/postgis.control" ] || { echo "PostGIS is not installed" >&2; exit 3; }

folder=$2
# The server refuses to run as root.
run=()
if [ "$(id -u)" -eq 0 ]; then
  who=postgres
  id -u postgres >/dev/null 2>&1 || who=nobody
  run=(setpriv --reuid="$who" --regid="$(id -g "$who")" --clear-groups --)
fi

case "$1" in
start)
  mkdir -p "$folder"
  if [ ${#run[@]} -gt 0 ]; then
    chown "$who" "$folder"
  fi
  port=$3
  printf 'owner secret/word' > "$folder/password"
  chmod 644 "$folder/password"
  cd "$folder"
  "${run[@]}" "$bin/initdb" --pgdata="$folder/data" --username=owner --pwfile="$folder/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
  "${run[@]}" "$bin/pg_ctl" --pgdata="$folder/data" --wait --log="$folder/data/server.log" \
    --options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c fsync=off" \
    start >/dev/null || { cat "$folder/data/server.log" >&2; exit 1; }
  ;;
stop)
  cd "$folder"
  "${run[@]}" "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait stop >/dev/null
  ;;
*)
  echo "usage: $0 start FOLDER PORT | stop FOLDER" >&2
  exit 2
  ;;
esac
