# The commands of this package. `make help` lists them.
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: help demo test integration reliability release-check fuzz install install-docs bench docs format clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

demo: ## make a small farm in ./demo, dump it, and say where the files are
	@Scripts/demo.sh

test: ## check the format, build without warnings, run all tests
	@Scripts/test.sh

integration: ## compare with real MediaWiki 1.39 and 1.43 on SQLite and MariaDB
	@Scripts/integration.sh

reliability: ## kill it, cut its power, let every call fail: takes hours; writes Documentation/reliability.md
	@Scripts/reliability.sh

fuzz: ## feed hostile data to each reader for 2 seconds
	@Scripts/fuzz.sh

install: ## install dumpctl under PREFIX (default /usr/local)
	@Scripts/need-packages.sh libbz2-dev zlib1g-dev libsqlite3-dev
	swift build -c release --product dumpctl --static-swift-stdlib
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 "$$(swift build -c release --product dumpctl --static-swift-stdlib --show-bin-path)/dumpctl" "$(DESTDIR)$(PREFIX)/bin/dumpctl"
	@$(MAKE) -s install-docs DUMPCTL="$(DESTDIR)$(PREFIX)/bin/dumpctl"

# The program that is installed tells its own manual page and completions; a cross-built one may be told by another.
DUMPCTL ?= $(DESTDIR)$(PREFIX)/bin/dumpctl
share = $(DESTDIR)$(PREFIX)/share

install-docs: ## install the manual page and the completions of bash, zsh and fish
	install -d "$(share)/man/man1" "$(share)/bash-completion/completions" "$(share)/zsh/site-functions" \
	  "$(share)/fish/vendor_completions.d"
	"$(DUMPCTL)" manual > "$(share)/man/man1/dumpctl.1"
	"$(DUMPCTL)" --generate-completion-script bash > "$(share)/bash-completion/completions/dumpctl"
	"$(DUMPCTL)" --generate-completion-script zsh > "$(share)/zsh/site-functions/_dumpctl"
	"$(DUMPCTL)" --generate-completion-script fish > "$(share)/fish/vendor_completions.d/dumpctl.fish"

release-check: ## sanitizers, double builds, coverage, fuzzing: takes hours; writes Documentation/release-check.md
	@Scripts/release-check.sh

bench: ## compare speed and memory with the tools that dumpctl replaces
	@Scripts/bench.sh

docs: ## build the documentation of the libraries into .build/docs
	swift package --allow-writing-to-directory .build/docs generate-documentation \
	  --target MWBzUtils --target WikiDumpKit --target WikiDumpKitTesting \
	  --enable-experimental-combined-documentation --warnings-as-errors --output-path .build/docs
	@echo "serve .build/docs with a web server, for instance: python3 -m http.server -d .build/docs"

format: ## format all Swift files
	git ls-files -z --cached --others --exclude-standard '*.swift' | xargs -0 swift format -i --parallel

clean: ## remove what was built, the demo farm and the Python packages of the tests
	rm -rf .build .build-check demo .venv
