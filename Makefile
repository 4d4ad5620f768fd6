# Everything that is typed here. "make help" lists it; "make demo" and "make test" need nothing but Go and make.

GO      ?= go
BIN     := bin
FILE    ?= sync.c1z
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse --short HEAD 2>/dev/null || echo unknown)
# The race detector needs a C compiler; without one the tests run all the same.
RACE    ?= $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race)
# A checkout of graphcheck, which holds recorded requests against Microsoft's own schema and permission tables.
GRAPHCHECK ?= ../shared/tools/graphcheck

# Microsoft's SDK is one package of some 25,000 types, and all of the cost.
COLD := "The first build compiles Microsoft's SDK: about 5 minutes on 2 cores, 4.4 GB of memory at its peak, and 5 GB of disk with the modules. Later ones take seconds."

BUILD := $(GO) build -buildvcs=false -ldflags "-s -w -X 'main.version=$(VERSION) (commit $(COMMIT))'"

.DEFAULT_GOAL := help
.NOTPARALLEL: # a message comes before what it announces

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: cold build ## sync a simulated tenant with the real connector and show what was found
	@$(BIN)/demo --binary $(BIN)/baton-microsoft-entra --log $(BIN)/demo.log --file $(FILE) $(DEMO)

.PHONY: demo-service
demo-service: cold build ## hand the connector tasks from a simulated ConductorOne, and hold each result against the tenant
	@$(BIN)/demo --service --binary $(BIN)/baton-microsoft-entra --log $(BIN)/demo-service.log --file $(FILE) $(DEMO)

.PHONY: demo-onelogin
demo-onelogin: build-onelogin ## sync a simulated OneLogin account with its connector, and hold the file against it row by row
	@$(BIN)/demo --onelogin --binary $(BIN)/baton-onelogin --log $(BIN)/demo-onelogin.log --file $(FILE) $(DEMO)

.PHONY: cold
cold:
	@echo $(COLD)

.PHONY: build
build: ## the programs, into bin/
	@mkdir -p $(BIN)
	$(BUILD) -o $(BIN)/ ./cmd/...

# Without Microsoft's SDK, which is most of a cold build and nothing to OneLogin.
.PHONY: build-onelogin
build-onelogin:
	@mkdir -p $(BIN)
	$(BUILD) -o $(BIN)/ ./cmd/baton-onelogin ./cmd/demo ./cmd/tenant-simulator

.PHONY: lambda
lambda: ## see that the connector builds for ConductorOne's hosted runtime
	$(GO) build -buildvcs=false -tags baton_lambda_support -o $(BIN)/lambda/ ./cmd/baton-microsoft-entra ./cmd/baton-onelogin

.PHONY: test
test: ## all tests, with the race detector where there is a C compiler
	$(GO) test $(RACE) -timeout 30m ./...

.PHONY: kill
kill: ## kill a sync at 50 points and run it again; KILLS= says how often, "make test" does it 8 times
	KILLS=$(or $(KILLS),50) $(GO) test -count 1 -timeout 15m -run TestKill ./cmd/baton-microsoft-entra

.PHONY: day
day: ## a day of the service in miniature: 2,000 tasks while tokens expire and connections are lost; "make test" does a morning
	DAY=1 $(GO) test -count 1 -timeout 15m -v -run TestService_ADayInMiniature ./cmd/baton-microsoft-entra

.PHONY: memory
memory: ## the memory of the service by the size of the tenant, up to 50,000 users; takes some minutes
	MEMORY=1 $(GO) test -count 1 -timeout 60m -v -run TestService_TakesNoMoreMemoryThanThePodHas ./cmd/baton-microsoft-entra

# A quick form: make bench BENCH="--sizes 1000,10000 --repeat 1"
.PHONY: bench
bench: build ## what a sync takes, against the SDK's own floor and what Graph needs; about 15 minutes on Linux, BENCH= changes it
	$(GO) test ./pkg/graph ./pkg/connector/entra -run '^$$' -bench . -benchmem
	$(BIN)/bench --connector $(BIN)/baton-microsoft-entra $(BENCH)

.PHONY: tenant
tenant: build ## a simulated tenant to try flags against; TENANT="--users 500 --throttle small" changes it
	@rm -f $(BIN)/tenant.env
	@echo "In another terminal:  . $(BIN)/tenant.env && $(BIN)/baton-microsoft-entra --file $(FILE)"
	@$(BIN)/tenant-simulator --write-env $(BIN)/tenant.env --census $(BIN)/tenant.json $(TENANT)

.PHONY: tenant-onelogin
tenant-onelogin: build-onelogin ## a simulated OneLogin account to try flags against; TENANT="--scope 'Read Users'" changes it
	@rm -f $(BIN)/onelogin.env
	@echo "In another terminal:  . $(BIN)/onelogin.env && $(BIN)/baton-onelogin --file $(FILE)"
	@$(BIN)/tenant-simulator --onelogin --write-env $(BIN)/onelogin.env --census $(BIN)/onelogin.json $(TENANT)

.PHONY: explore
explore: $(BIN)/baton ## look at sync.c1z in the browser; FILE= and PORT= change what and where
	$(BIN)/baton explorer --file $(FILE) --port $(or $(PORT),8080)

$(BIN)/baton: .ci/tools/baton/go.mod
	@mkdir -p $(BIN)
	$(GO) -C .ci/tools/baton build -buildvcs=false -o $(CURDIR)/$@ github.com/conductorone/baton-sdk/cmd/baton

.PHONY: lint
lint: $(BIN)/golangci-lint ## golangci-lint, in the version that .ci/tools pins
	$(BIN)/golangci-lint run --allow-parallel-runners ./...

$(BIN)/golangci-lint: .ci/tools/golangci/go.mod
	@mkdir -p $(BIN)
	$(GO) -C .ci/tools/golangci build -buildvcs=false -o $(CURDIR)/$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: actions
actions: $(BIN)/actionlint ## actionlint over the workflows, in the version that .ci/tools pins
	$(BIN)/actionlint -shellcheck= -pyflakes=

$(BIN)/actionlint: .ci/tools/actionlint/go.mod
	@mkdir -p $(BIN)
	$(GO) -C .ci/tools/actionlint build -buildvcs=false -o $(CURDIR)/$@ github.com/rhysd/actionlint/cmd/actionlint

.PHONY: generate
generate: ## conf.gen.go, config_schema.json and baton_capabilities.json anew
	.ci/generate $(BIN)/_generated
	cp -R $(BIN)/_generated/. .

.PHONY: drift
drift: ## fail if a generated file is not what its source gives
	.ci/drift

.PHONY: fuzz
fuzz: ## each fuzz test for a short while; FUZZTIME=10s
	FUZZTIME=$(or $(FUZZTIME),10s) .ci/fuzz

.PHONY: graphcheck
graphcheck: build ## hold the demo's requests against Microsoft's schema, where graphcheck is
	GRAPHCHECK=$(GRAPHCHECK) .ci/graphcheck

.PHONY: chart
chart: ## render the Helm chart for many values, and hold it against Kubernetes' own types
	$(GO) -C deploy/helm/test mod tidy -diff
	$(GO) -C deploy/helm/test vet ./...
	$(GO) -C deploy/helm/test test ./...

.PHONY: image
image: ## a container image, where docker is; BINARY= chooses the program
	docker build --build-arg BINARY=$(or $(BINARY),baton-microsoft-entra) --build-arg VERSION=$(VERSION) \
		--build-arg COMMIT=$(COMMIT) --tag $(or $(BINARY),baton-microsoft-entra):$(VERSION) .

# Every platform compiles Microsoft's SDK once, and each compiler takes its 4 GB: one platform after the other, or JOBS= at a time.
.PHONY: snapshot
snapshot: $(BIN)/goreleaser $(BIN)/cyclonedx-gomod ## a release of what is here, into bin/dist, and a look at all its files
	$(BIN)/goreleaser release --snapshot --clean --parallelism $(or $(JOBS),1) --timeout 3h
	.ci/snapshot

# The release of a tag, as .github/workflows/release.yaml makes it.
.PHONY: release
release: $(BIN)/goreleaser $(BIN)/cyclonedx-gomod
	$(BIN)/goreleaser release --clean --parallelism $(or $(JOBS),1) --timeout 3h
	.ci/snapshot

$(BIN)/goreleaser: .ci/tools/goreleaser/go.mod
	@mkdir -p $(BIN)
	$(GO) -C .ci/tools/goreleaser build -buildvcs=false -o $(CURDIR)/$@ github.com/goreleaser/goreleaser/v2

$(BIN)/cyclonedx-gomod: .ci/tools/cyclonedx/go.mod
	@mkdir -p $(BIN)
	$(GO) -C .ci/tools/cyclonedx build -buildvcs=false -o $(CURDIR)/$@ github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod

.PHONY: clean
clean: ## remove what was built and synced
	rm -rf $(BIN) $(FILE)
