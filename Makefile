# Commands of the project. `make run` and `make test` set up what is missing by themselves.

CARGO ?= cargo
BIND ?= 127.0.0.1:8080
ATLAS ?= data/liaoning/atlas.toml
export CUNTONG_TEST_DATA ?= $(abspath ../shared/data)

.PHONY: run test test-qgis bench lint soak fuzz setup setup-test web api-types fmt clean

run: setup web
	$(CARGO) run --release -- serve $(ATLAS) --bind $(BIND)

# Properties are tried on the same cases each time here; `cargo test` by itself tries fresh ones.
test: setup-test web lint
	PROPTEST_RNG_SEED=2017 $(CARGO) test --locked
	cd web && npm test --silent
	scripts/browser-tests.sh

# QGIS as a client. It takes 700 MB and minutes to install, so `make test` runs these only where it is there.
test-qgis: setup web
	scripts/setup.sh qgis
	CUNTONG_QGIS=1 $(CARGO) test --locked --test suite qgis

bench: web
	scripts/setup.sh bench
	$(CARGO) bench --bench province --bench load_flow --bench water --bench steiner --bench what_if
	$(CARGO) build --release --locked
	scripts/bench-serve.sh
	scripts/bench-page.sh

lint: setup web
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	cd web && npm run --silent lint
	if command -v cargo-deny >/dev/null; then cargo deny check licenses bans sources; fi
	scripts/advisories.sh

# Ten minutes of mixed load with a load of new data every 20 s; every fuzz target for ten minutes (needs cargo-fuzz).
soak: setup web
	$(CARGO) build --release
	scripts/soak.sh 600

fuzz: setup web
	scripts/fuzz.sh 600

fmt:
	$(CARGO) fmt

setup:
	scripts/setup.sh run

setup-test:
	scripts/setup.sh test

# The page is built once and embedded in the binary.
web: web/dist/index.html

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/vite.config.ts
	cd web && npm run --silent build
	touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

# The API's description and the page's types of it; tests fail where they are stale.
api-types: setup web
	$(CARGO) run --locked --quiet -- openapi > web/openapi.json.new
	mv web/openapi.json.new web/openapi.json
	cd web && npm run --silent api-types

clean:
	$(CARGO) clean
	rm -rf web/dist web/node_modules
