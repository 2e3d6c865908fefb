# make demo   builds, compiles and runs the examples, and prints what came of each beside what was published
# make test   everything that must hold
# make bench  how fast it is
# make vsix   the extension for VS Code, as a file to install

# The loads are other people's data: where they are, unless TUNE_DATA says so. Elsewhere they are downloaded or made up.
TUNE_DATA ?= $(abspath $(wildcard ../shared/data))
export TUNE_DATA

FUZZTIME    ?= 300x
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: all profile build demo test format vet unit fuzz vscode vsix bench clean

all: build

build:
	go build -o bin/ ./cmd/tune ./cmd/tunec

demo: build
	@go run ./examples/demo

test: format build vet unit fuzz vscode

format:
	@bad=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$bad" || { echo "not formatted: $$bad"; exit 1; }

vet:
	go vet ./...
	go -C bench vet ./...
	go run $(STATICCHECK) ./...

# Golden files, docs that are printed from the code, and the direction of imports are tests like any other. The examples
# play whole days in one goroutine, which the race detector makes minutes: they are run without it, as is what is timed.
unit:
	go test -race $$(go list ./... | grep -v /examples/)
	go test ./examples/...
	go test -run InTime ./compiler/lsp

# Each fuzz target for some hundred inputs, as one that a time ends while it still reads what it has fails at times
# ("context deadline exceeded"): making a finding small costs more than finding it. What was of interest before is in
# testdata/fuzz beside each, and plain tests play it, too.
fuzz:
	@grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do \
	  for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$file); do \
	    echo "go test -fuzz $$name $$(dirname $$file)"; \
	    go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$(dirname $$file) </dev/null || exit 1; \
	  done; \
	done

VSCODE := editors/vscode

# What the colours of VS Code make of each word, and whether its client and the language server understand each other.
vscode: build
	@if command -v npm >/dev/null; then $(MAKE) $(VSCODE)/node_modules && npm --prefix $(VSCODE) test; \
	else echo "$(VSCODE): not tested, there is no npm"; fi

# Once its packages are there, it is made without a network.
vsix: $(VSCODE)/node_modules
	npm --prefix $(VSCODE) run package

$(VSCODE)/node_modules: $(VSCODE)/package.json $(VSCODE)/package-lock.json
	npm --prefix $(VSCODE) ci
	@touch $@

# Each part by itself, then the whole beside others: bench is a module of its own, so that they never enter ours.
# The Go compiler lays out tune's code by where its time goes, which cmd/tune/default.pgo says: a tenth is saved. To be made
# anew where that has changed much, with real traces in TUNE_DATA.
profile:
	go test -trimpath -run '^$$' -bench Days -benchtime 5x -cpuprofile default.pgo -o $(or $(TMPDIR),/tmp)/tune.test ./cmd/tune
	mv default.pgo cmd/tune/

bench:
	go test -run '^$$' -bench . -benchmem ./...
	go -C bench test -run '^$$' -bench . -benchmem ./...

clean:
	rm -rf bin out $(VSCODE)/dist $(VSCODE)/*.vsix
