#!/usr/bin/env bash
# Clicks through the page in Chromium against the real binary, once for each shipped atlas.
set -euo pipefail
cd "$(dirname "$0")/.."

port=8190
for atlas in data/liaoning data/liechtenstein; do
  port=$((port + 1))
  CUNTONG_SERVE_WARM=false target/debug/cuntong serve "$atlas/atlas.toml" --bind "127.0.0.1:$port" >/dev/null 2>"target/browser-$port.log" &
  server=$!
  trap 'kill $server 2>/dev/null || true' EXIT
  for _ in $(seq 1 300); do
    if node -e "fetch('http://127.0.0.1:$port/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"; then break; fi
    kill -0 $server 2>/dev/null || { cat "target/browser-$port.log"; exit 1; }
    sleep 0.2
  done
  echo "page on $atlas"
  (cd web && BASE_URL="http://127.0.0.1:$port" npm run --silent test:browser)
  kill $server
  wait $server 2>/dev/null || true
done
