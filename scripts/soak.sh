#!/usr/bin/env bash
# Mixed load on the service while it loads anew every 20 s; every answer is held against its data version (soak.py).
# Usage: soak.sh [SECONDS [ATLAS]]; CUNTONG names another binary than target/release/cuntong.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-600}
atlas=${2:-data/liechtenstein/atlas.toml}
binary=${CUNTONG:-target/release/cuntong}
work=$(mktemp -d)
# A copy whose title can be changed; its layers stay where they are.
cp -r "$(dirname "$atlas")/." "$work/"
copy="$work/$(basename "$atlas")"
token=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')

CUNTONG_SERVE_ADMIN_TOKEN=$token CUNTONG_SERVE_TRUSTED_PROXIES=127.0.0.1 CUNTONG_SERVE_LOG_REQUESTS=false \
  "$binary" --log-json serve "$copy" --bind 127.0.0.1:0 >"$work/out" 2>"$work/log" &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 1 600); do
  grep -q '^http://' "$work/out" && break
  kill -0 $server 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.2
done
base=$(head -1 "$work/out")
# Load without looking at answers, held to eight connections, where a tool for it is at hand (SOAK_LOAD=0: without).
if [ "${SOAK_LOAD:-1}" = 0 ]; then
  :
elif command -v wrk >/dev/null; then
  wrk -t1 -c8 -d "${seconds}s" "$base/collections/villages/items?limit=5" >"$work/wrk" &
elif command -v oha >/dev/null; then
  oha --no-tui -c 8 -q 200 -z "${seconds}s" "$base/collections/villages/items?limit=5" >"$work/wrk" &
fi
python3 scripts/soak.py "$base" "$copy" "$seconds" "$server" "$token" || { tail -20 "$work/log"; exit 1; }
if [ -f "$work/wrk" ]; then grep -iE 'requests/sec|non-2xx|success' "$work/wrk" || true; fi
