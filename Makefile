# The digital grid map. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO_SOURCES := $(shell find cmd geo tiles layers importers data migrations service api web -name '*.go' -o -name '*.sql' -not -path '*/node_modules/*' 2>/dev/null)
WEB_SOURCES := $(shell find web/src web/public web/styles -type f 2>/dev/null) $(wildcard web/*.html web/*.ts web/package.json)

.PHONY: help
help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: run
run: deps-run bin/gridmap ## Make the demo district (the first time) and serve its wall on http://127.0.0.1:8152
	./bin/gridmap demo

.PHONY: test
test: deps-test bin/gridmap lint ## Everything that CI runs
	@# The longest first. Many run the built program, which the cache of results does not know.
	go test -timeout 20m -count 1 ./web ./cmd/... ./...
	npm --prefix web test --silent

.PHONY: lint
lint: web/dist/wall.html ## Formatting, vet and static checks
	@unformatted=$$(gofmt -l cmd geo tiles layers importers data migrations service api deploy web/*.go); \
		[ -z "$$unformatted" ] || { echo "not gofmt-ed: $$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	npm --prefix web run --silent check

.PHONY: bench
bench: deps-run bin/gridmap ## Writes until they are on the map, and the engines, measured on the demo district
	./bin/gridmap demo --prepare-only
	./bin/gridmap bench
	go test -run '^$$' -bench . ./tiles ./geo/coverage ./importers/redraw ./geo/transport ./layers/flood

.PHONY: bench-tiles
bench-tiles: deps-run bin/gridmap ## Our tiles beside ST_AsMVT, in turn, on the demo district; AGAINST=URL adds another server
	./bin/gridmap demo --prepare-only
	./bin/gridmap bench-tiles $(if $(AGAINST),--against '$(AGAINST)')

.PHONY: kills
kills: deps-test bin/gridmap ## Kill the server 200 times while plans are drawn and published (a quarter of an hour)
	GRIDMAP_KILLS=200 go test -timeout 60m -count 1 -v -run TestServerKilledWhilePlans ./cmd/gridmap

.PHONY: faults
faults: deps-faults bin/gridmap ## Kills, power cuts, lost leaders and every other fault; a table at the end
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; status=0; \
		GRIDMAP_FAULTS=1 go test -timeout 60m -count 1 -p 1 -v ./deploy/... 2>&1 | tee "$$log" || status=$$?; \
		echo; echo "fault | what was seen | verdict"; \
		sed -nE -e 's/^.*faults\| //p' -e 's/^ *--- (FAIL|SKIP): ([^ ]+).*/\2 | see above | \1/p' "$$log"; \
		exit $$status

FUZZTIME ?= 30s
.PHONY: fuzz
fuzz: deps-test web/dist/wall.html ## Every fuzz target in turn, FUZZTIME each
	@grep -rl --include='*_test.go' '^func Fuzz' --exclude-dir=node_modules . | xargs -n1 dirname | sort -u | while read -r dir; do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9]+' "$$dir"/*_test.go | cut -d' ' -f2); do \
			echo "== $$dir $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s -parallel 1 "$$dir" || exit 1; \
		done; \
	done

.PHONY: bombs
bombs: deps-test web/dist/wall.html ## Hostile requests and files, each within its time and memory; a table at the end (two minutes)
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; status=0; \
		GRIDMAP_BOMBS=1 go test -timeout 20m -count 1 -p 1 -v -run 'Bomb|Slow|DoNotRead|LieAbout|Hostile' ./api ./importers ./importers/redraw > "$$log" 2>&1 || status=$$?; \
		grep -E '^ *--- (FAIL|SKIP)|_test.go.*(got|took|heap)' "$$log" || true; \
		echo; echo "what was sent | what came of it | time | memory"; sed -nE 's/^.*bombs\| //p' "$$log"; exit $$status

.PHONY: soak
soak: deps-test bin/gridmap ## A wall in a browser through a week of cases, and accidents at its end (four minutes)
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; status=0; \
		GRIDMAP_SOAK=1 go test -timeout 60m -count 1 -v ./deploy/soak 2>&1 | tee "$$log" || status=$$?; \
		echo; echo "what | what was seen | verdict"; sed -nE 's/^.*faults\| //p' "$$log"; exit $$status

.PHONY: bless
bless: web/node_modules/.package-lock.json ## Renew the generated style documents; review them as a diff
	npm --prefix web run --silent styles
	git --no-pager diff --stat -- web/styles

.PHONY: dev
dev: deps-run ## Screens with reload on http://127.0.0.1:5173, against a running server
	npm --prefix web run dev

bin/gridmap: $(GO_SOURCES) go.mod go.sum web/dist/wall.html
	go build -o $@ ./cmd/gridmap

web/dist/wall.html: $(WEB_SOURCES) web/node_modules/.package-lock.json
	npm --prefix web run --silent build -- --logLevel warn
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json
	npm --prefix web ci --no-audit --no-fund --silent
	@touch $@

.PHONY: deps-run deps-test deps-faults
deps-run:
	@scripts/deps.sh run
deps-test:
	@scripts/deps.sh test
deps-faults:
	@scripts/deps.sh faults

.PHONY: clean
clean: ## Remove what was built; the data under var stays
	rm -rf bin web/node_modules
	find web/dist -mindepth 1 -not -name .keep -delete
