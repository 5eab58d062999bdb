#!/usr/bin/env bash
# Runs every fuzz target for SECONDS (600 by default), one after the other; needs cargo-fuzz. Without a nightly compiler
# sanitizers are left out: there is no unsafe code to watch, and a panic is what is looked for.
# Usage: fuzz.sh [SECONDS [TARGET…]]
set -euo pipefail
cd "$(dirname "$0")/../fuzz"

seconds=${1:-600}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(gcj02 water_value atlas cql2 query scenario)
for target in "${targets[@]}"; do
  mkdir -p "corpus/$target"
  words=()
  [ -f "words/$target.txt" ] && words=("-dict=words/$target.txt")
  # A new input is to be found in fuzz/artifacts/; mended, it is kept in tests/found/.
  cargo fuzz run --sanitizer none "$target" "corpus/$target" "../tests/found/$target" -- \
    "-max_total_time=$seconds" -timeout=20 -rss_limit_mb=4096 -max_len=8192 -print_final_stats=1 "${words[@]}"
done
