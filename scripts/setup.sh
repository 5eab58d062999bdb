#!/usr/bin/env bash
# Installs the Debian packages that are missing: GDAL to build and run; for tests also Chromium, a Chinese font, a
# spreadsheet program and PostGIS (tests start a server of their own, see postgis-for-tests.sh); for tests with QGIS its
# Python and its providers; for benchmarks PostGIS and wrk.
# Usage: setup.sh run|test|bench|qgis
set -euo pipefail

need=(libgdal-dev pkg-config gcc g++)
if [ "${1:-run}" = test ]; then
  need+=(gdal-bin chromium fonts-noto-cjk libreoffice-calc-nogui postgresql-15-postgis-3)
fi
if [ "${1:-run}" = bench ]; then
  need+=(chromium fonts-noto-cjk postgresql-15-postgis-3 wrk)
fi
if [ "${1:-run}" = qgis ]; then
  need+=(python3-qgis qgis-providers)
fi

missing=()
for package in "${need[@]}"; do
  if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
    missing+=("$package")
  fi
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "please install as root: apt-get install ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

for tool in cargo node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is needed and was not found" >&2; exit 1; }
done
