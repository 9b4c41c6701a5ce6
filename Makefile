# sangfroid: make run | test | check. Everything a fresh machine with Go and make needs is fetched by these targets.
GO       ?= go
BIN      := bin/sangfroid
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X sangfroid/internal/cli.version=$(VERSION)
export CGO_ENABLED ?= 0

.PHONY: all build run test race lint check cross bench forecast-check fuzz generate pictures report-check sbom repro vuln clean

all: build

build: ## the program, one static binary
	@mkdir -p bin
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) .

run: build ## build and open the console on the embedded bus
	./$(BIN)

.PHONY: demo
demo: build ## learn the console in ten minutes, alone
	./$(BIN) exercise run demo --solo

test: ## all tests
	$(GO) test ./...

race: ## all tests with the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race ./...

lint: bin/golangci-lint
	bin/golangci-lint run ./...

bin/golangci-lint: tools/go.mod tools/go.sum
	@mkdir -p bin
	cd tools && $(GO) build -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint

check: lint test ## what a change must pass

cross: ## builds for every system it is made for
	GOOS=linux   GOARCH=amd64 $(GO) build -o /dev/null .
	GOOS=linux   GOARCH=arm64 $(GO) build -o /dev/null .
	GOOS=darwin  GOARCH=arm64 $(GO) build -o /dev/null .
	GOOS=windows GOARCH=amd64 $(GO) build -o /dev/null .

bench: build ## the figures of BENCHMARKS.md: the program in a terminal beside less, lnav, visidata and rg (an hour), then its parts
	SANGFROID_BIN="$$PWD/$(BIN)" BENCH=1 $(GO) test -count=1 -timeout 3h -run 'TestBench$$' -v ./internal/e2e
	$(GO) test -run '^$$' -bench . -benchmem ./internal/incident ./internal/timeline ./internal/bus ./tui

FORECAST_RUNS ?= 200
forecast-check: ## forecasts beside what then happened, by scripted cells: the tables of BENCHMARKS.md
	FORECAST_RUNS=$(FORECAST_RUNS) $(GO) test -count=1 -timeout 1h -run TestTables -v ./internal/forecastcheck

.PHONY: hostile
hostile: ## every hostile string through every field of every kind of event, on every screen and in every output (some minutes)
	SANGFROID_HOSTILE=all $(GO) test -count=1 -timeout 1h -run 'Hostile|NothingComesThrough' ./internal/hostile ./internal/cli ./tui

FUZZTIME ?= 1m
fuzz: ## every fuzz target for FUZZTIME
	@for p in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	  echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s $$p || exit 1; done; done

.PHONY: resilience
RESILIENCE_ROUNDS ?= long
RESILIENCE_SEED   ?=
RESILIENCE_RUN    ?= .
resilience: ## the long form of the tests that break things: the table of docs/RESILIENCE.md (about an hour)
	RESILIENCE_ROUNDS=$(RESILIENCE_ROUNDS) RESILIENCE_SEED=$(RESILIENCE_SEED) $(GO) test -count=1 -timeout 3h -parallel 2 -run '$(RESILIENCE_RUN)' -v ./internal/faults

generate: ## playbook schema, event catalogue, key sheet
	$(GO) generate ./...

pictures: build ## the pictures of docs/, made in a real terminal emulator (needs tmux, chromium, node)
	tools/pictures.sh

report-check: build ## the report's pages: HTML validator, accessibility checker, screens and paper in a browser
	tools/report-check.sh

sbom: build ## what the program is made of: bin/sbom.cdx.json (CycloneDX)
	$(GO) run ./internal/sbom $(BIN) > bin/sbom.cdx.json

repro: ## builds what is committed twice, in two places, and compares byte for byte
	tools/repro.sh

vuln: ## known vulnerabilities in what the program calls (needs the Go vulnerability database, or VULNDB)
	tools/vuln.sh

clean:
	rm -rf bin
