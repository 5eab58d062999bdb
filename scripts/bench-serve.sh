#!/usr/bin/env bash
# How fast the service answers on a practice province of 12,000 villages and 1,000,000 segments of roads: first answers,
# then features in boxes and vector tiles, side by side with PostGIS (ST_AsGeoJSON and ST_AsMVT on the collections that we
# wrote there, through pgbench, so without a web server of its own) and with martin, a tile server on the same tables.
# Usage: bench-serve.sh [SECONDS]. PROGRAM names another build of the service, MARTIN the tile server (without: left out).
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-10}
program=${PROGRAM:-target/release/cuntong}
martin=${MARTIN:-$(command -v martin || true)}
province=target/tmp/province-FlatGeobuf
command -v wrk >/dev/null || { echo "please install wrk (scripts/setup.sh bench)" >&2; exit 1; }
[ -f "$province/atlas.toml" ] ||
  "$program" synthesize --villages 12000 --seed 7 --segments 1000000 --format fgb --out "$province" 2>/dev/null

folder=$(mktemp -d)
# The database runs as another user.
chmod 755 "$folder"
server= tiles= database=
stop() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$tiles" ] || kill "$tiles" 2>/dev/null || true
  [ -z "$database" ] || scripts/postgis-for-tests.sh stop "$folder/db" || true
  rm -rf "$folder"
}
trap stop EXIT

# The first line of a file as soon as there is one; of the program that writes it, its number.
first_line() {
  for _ in $(seq 1 600); do
    [ -s "$1" ] && break
    kill -0 "$2" || return 1
    sleep 0.5
  done
  head -1 "$1"
}

# Every answer costs the same whoever asks, and nothing is refused for coming too often.
"$program" serve "$province/atlas.toml" --bind 127.0.0.1:0 >"$folder/address" 2>"$folder/log" &
server=$!
base=$(first_line "$folder/address" $server) || { cat "$folder/log" >&2; exit 1; }

echo "seconds, first and second time:"
ask() {
  local times=""
  for _ in 1 2; do
    times+=" $(curl -sf -o "$folder/body" -w '%{time_total}' -H 'Accept-Encoding: identity' "$base$2")"
  done
  printf '  %-40s%s %10d bytes\n' "$1" "$times" "$(stat -c %s "$folder/body")"
}
ask "first page of villages" "/collections/villages/items"
ask "first page of roads" "/collections/roads/items"
ask "filter: road_verdict = 'gap'" "/collections/villages/items?filter=road_verdict%3D%27gap%27"
ask "filter: population > 500, sorted" "/collections/villages/items?filter=population%3E500&sortby=-population"
ask "description of the API" "/api"
read -r west south east north < <(curl -sf "$base/collections/roads" | tr -d ' \n' | sed 's/.*"bbox":\[\[\([^]]*\)\].*/\1/;s/,/ /g'; echo)
limits() {
  curl -sf "$base/collections/roads/tiles/WebMercatorQuad?f=json" | tr -d ' \n' |
    sed "s/.*\"tileMatrix\":\"$1\",\"minTileRow\":\([0-9]*\),\"maxTileRow\":\([0-9]*\),\"minTileCol\":\([0-9]*\),\"maxTileCol\":\([0-9]*\).*/\1 \2 \3 \4/"
  echo
}
read -r r0 r1 c0 c1 < <(limits 7)
ask "tile of zoom 7, roads" "/collections/roads/tiles/WebMercatorQuad/7/$r0/$c0"
ask "tile of zoom 7, all collections" "/tiles/WebMercatorQuad/7/$r0/$c0"
ask "villages as GeoPackage" "/collections/villages/items?f=gpkg"
ask "roads as GeoPackage" "/collections/roads/items?f=gpkg"
ask "roads as CSV" "/collections/roads/items?f=csv"

port=$((20000 + RANDOM % 20000))
export PGPASSWORD='owner secret/word' PGHOST=127.0.0.1 PGPORT=$port PGUSER=owner
scripts/postgis-for-tests.sh start "$folder/db" "$port" >"$folder/db.log" 2>&1 || { cat "$folder/db.log" >&2; exit 1; }
database=yes
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
sql() { psql -XqAt -v ON_ERROR_STOP=1 -d db "$@"; }
psql -XqAt -d postgres -c "CREATE DATABASE db"
sql -c "CREATE EXTENSION postgis"
"$program" analyze "$province/atlas.toml" --out "$folder/out" --postgis "postgresql://owner@127.0.0.1:$port/db" --schema cuntong >"$folder/analyze.log" 2>&1 ||
  { tail -5 "$folder/analyze.log" >&2; exit 1; }
sql -c "VACUUM ANALYZE cuntong.roads"

zoom=13
read -r r0 r1 c0 c1 < <(limits $zoom)
cat >"$folder/items.sql" <<SQL
\set x random(0, 100000)
\set y random(0, 100000)
SELECT '{"type":"FeatureCollection","features":[' || coalesce(string_agg(f, ','), '') || ']}' FROM (
  SELECT ST_AsGeoJSON(t.*, 'geom', 7) AS f FROM cuntong.roads t,
    ST_MakeEnvelope($west + :x / 100000.0 * ($east - $west - 0.05), $south + :y / 100000.0 * ($north - $south - 0.05),
      $west + :x / 100000.0 * ($east - $west - 0.05) + 0.05, $south + :y / 100000.0 * ($north - $south - 0.05) + 0.05, 4326) b
  WHERE t.geom && b AND ST_Intersects(t.geom, b) LIMIT 1000) q;
SQL
cat >"$folder/tiles.sql" <<SQL
\set x random($c0, $c1)
\set y random($r0, $r1)
SELECT ST_AsMVT(q, 'roads', 4096, 'geom') FROM (
  SELECT id, name, class, surface, main,
    ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope($zoom, :x, :y), 4096, 64, true) AS geom FROM cuntong.roads
  WHERE geom && ST_Transform(ST_TileEnvelope($zoom, :x, :y, margin => 64.0 / 4096), 4326)) q;
SQL
if [ -n "$martin" ]; then
  cat >"$folder/martin.yaml" <<YAML
listen_addresses: 127.0.0.1:$((port + 1))
worker_processes: 2
postgres:
  connection_string: postgresql://owner:owner%20secret%2Fword@127.0.0.1:$port/db
  auto_publish: false
  tables:
    roads:
      schema: cuntong
      table: roads
      srid: 4326
      geometry_column: geom
      geometry_type: GEOMETRY
      extent: 4096
      buffer: 64
      properties: { id: text, name: text, class: text, surface: text, main: bool }
YAML
  "$martin" --config "$folder/martin.yaml" >"$folder/martin.log" 2>&1 &
  tiles=$!
  for _ in $(seq 1 60); do
    curl -sf -o /dev/null "http://127.0.0.1:$((port + 1))/health" && break
    kill -0 $tiles || { cat "$folder/martin.log" >&2; exit 1; }
    sleep 0.5
  done
fi

printf '\n%-36s%10s%10s%8s%10s  %s\n' "roads, two clients, $seconds s each" "a second" "p99 ms" "failed" "KiB each" "ours to theirs"
# Address and kind of the requests of bench-serve.lua. Leaves `rate`.
http() {
  wrk -t2 -c2 -d"${seconds}s" --latency -s scripts/bench-serve.lua "$2" -- "${@:3}" >"$folder/wrk"
  read -r _ rate p99 bad kib < <(grep RESULT "$folder/wrk")
  printf '%-36s%10s%10s%8s%10s' "$1" "$rate" "$p99" "$bad" "$kib"
}
ours() {
  http "$1" "$base" "${@:2}"
  mine=$rate
  echo
}
ratio() { awk "BEGIN {printf \"  %.1f\n\", $mine / ($1 > 0 ? $1 : 1)}"; }
postgis() {
  (cd "$folder" && "$bin/pgbench" -n -c2 -j2 -T "$seconds" -M prepared -f "$2" -l --log-prefix=log db >pgbench 2>&1)
  rate=$(sed -n 's/^tps = \([0-9]*\).*/\1/p' "$folder/pgbench")
  p99=$(cat "$folder"/log.* | awk '{print $3}' | sort -n | awk '{v[NR] = $1} END {printf "%.2f", v[int(NR * 0.99) + 1] / 1000}')
  rm -f "$folder"/log.*
  printf '%-36s%10s%10s%8s%10s' "$1" "$rate" "$p99" 0 ""
  ratio "$rate"
}
martin() {
  [ -n "$martin" ] || { echo "$1: left out (cargo install martin --version 1.14.0 --locked --no-default-features --features postgres)"; return; }
  http "$1" "http://127.0.0.1:$((port + 1))" "${@:2}"
  ratio "$rate"
}
ours "features in a box" items "$west" "$south" "$east" "$north"
postgis "  PostGIS, ST_AsGeoJSON" "$folder/items.sql"
ours "tiles of zoom $zoom, each new" tiles $zoom "$r0" "$r1" "$c0" "$c1"
postgis "  PostGIS, ST_AsMVT" "$folder/tiles.sql"
martin "  martin, each new" martin $zoom "$r0" "$r1" "$c0" "$c1"
ours "tiles of zoom $zoom, once more" again $zoom "$r0" "$r1" "$c0" "$c1"
martin "  martin, once more" martin-again $zoom "$r0" "$r1" "$c0" "$c1"
