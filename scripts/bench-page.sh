#!/usr/bin/env bash
# The page on a practice province of 12,000 villages and 1,000,000 segments of roads, with the release binary.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=target/tmp/province-FlatGeobuf
[ -f "$dir/atlas.toml" ] || target/release/cuntong synthesize --out "$dir" --villages 12000 --seed 7 --segments 1000000 --format fgb
port=8197
target/release/cuntong serve "$dir/atlas.toml" --bind "127.0.0.1:$port" >/dev/null 2>target/bench-page.log &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
for _ in $(seq 1 600); do
  if node -e "fetch('http://127.0.0.1:$port/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"; then break; fi
  kill -0 $server 2>/dev/null || { cat target/bench-page.log; exit 1; }
  sleep 0.2
done
# A service that has just begun is still busy making ahead what the page opens with.
for _ in $(seq 1 600); do
  if grep -q "made ahead" target/bench-page.log; then break; fi
  sleep 0.2
done
BASE_URL="http://127.0.0.1:$port" node scripts/bench-page.mjs
