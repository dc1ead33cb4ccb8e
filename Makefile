# The doors of this repository. The work is in scripts/; every target may be stopped and run again.

SHELL := bash
PREFIX ?= /usr/local
OUTPUT ?= shotlist-out

# Release everywhere: the tests work on pixels in plain loops, which are some fifty times slower unoptimised, and so
# `make demo` and `make test` share one build.
SWIFT_BUILD := swift build -c release

.PHONY: help setup browser llama peers build footage corpus reference smollm2 converter s3-server export-readers ray axe demo test-build test test-vllm test-ray torture fuzz sanitize lint install train-demo eval-demo clean distclean
.DEFAULT_GOAL := help

help: ## print this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the Debian packages that are missing, or say which
	@scripts/setup.sh

# SwiftPM does not see that a static library has changed; what was linked before it is linked anew.
llama: setup
	@scripts/build-llama.sh
	@[ ! -d .build/release ] || find .build/release/ -maxdepth 1 -type f ! -newer .deps/llama/stamp \
		\( -name shotlist -o -name Quickstart -o -name '*.xctest' \) -delete

footage: setup
	@scripts/fetch-footage.sh

# Odd files made of the footage, and PyAV, which tells how their frames look: half a minute the first time.
corpus: footage
	@scripts/corpus.sh >/dev/null

reference: setup
	@scripts/reference/environment.sh >/dev/null

smollm2: setup
	@scripts/fetch-smollm2.sh

# A browser and its driver, for the tests of the review.
browser: setup
	@scripts/setup.sh --tests

# What looks for what keeps people from using a page, for the tests of the review.
axe: setup
	@scripts/fetch-axe.sh

# What converting checkpoints needs: a Python environment with PyTorch, a minute the first time.
converter: llama
	@scripts/convert/environment.sh .deps >/dev/null

# llama.cpp's own server, for the tests that ask servers: built on where the libraries were, three minutes the first time.
peers: llama
	@scripts/build-llama-peers.sh

# What reads exports, for their tests: datasets, webdataset, pandas, pyarrow.
export-readers: setup
	@scripts/export/environment.sh --checks >/dev/null

# Ray, for the tests of python/shotlist-ray.
ray: setup
	@scripts/ray/environment.sh >/dev/null

# A real S3 server, for the tests of buckets.
s3-server: setup
	@scripts/s3-server.sh

build: llama ## build the shotlist program into .build/release
	$(SWIFT_BUILD) --product shotlist

demo: build footage ## caption real footage and a drawn clip with the demo model
	@scripts/demo.sh $(OUTPUT)

# What tests need beside the build of Swift, which leaves a core idle now and then: both go on at once.
TEST_NEEDS := peers footage corpus reference smollm2 converter s3-server export-readers ray browser axe

test-build: llama
	@$(SWIFT_BUILD) --build-tests

test: llama browser ## run the example of the library and all tests
	@$(MAKE) --no-print-directory -j2 test-build $(TEST_NEEDS)
	@scripts/test.sh

test-vllm: build footage ## hold what is asked of vLLM against vLLM's own code (fetches 2.4 GB once)
	@scripts/vllm/test.sh

test-ray: build footage s3-server ## test python/shotlist-ray on Ray nodes that are processes of this machine, with the real program (installs Ray once, 900 MB)
	@SHOTLIST="$(CURDIR)/.build/release/shotlist" scripts/ray/test.sh --all

torture: build footage ## kill runs, break their disk, feed them damaged and hostile files (QUICK=1 for a short one)
	@SHOTLIST_TORTURE_QUICK="$${SHOTLIST_TORTURE_QUICK:-$(QUICK)}" scripts/torture.sh

fuzz: llama footage ## fuzz the door of media and every parser, for an hour (SECONDS=60 for less)
	@SHOTLIST_FUZZ_SECONDS="$${SHOTLIST_FUZZ_SECONDS:-$(or $(SECONDS),3600)}" scripts/fuzz.sh

sanitize: llama footage corpus reference smollm2 converter ## run the tests over C, and 1,000 clips, with sanitizers
	@scripts/sanitize.sh

lint: ## check the style of Swift, and that scripts and committed files are sound
	@scripts/lint.sh

install: build ## copy the program and the demo model below PREFIX (/usr/local)
	@DESTDIR="$(DESTDIR)" scripts/install.sh "$(PREFIX)"

bench-%: build footage ## run the benchmark of this name: media, memory, models, captioning, fleet, review, ray (QUICK=1 for a short one)
	@SHOTLIST_BENCH_QUICK="$${SHOTLIST_BENCH_QUICK:-$(QUICK)}" scripts/bench.sh $*

train-demo: setup footage ## train the demo model anew (hours)
	@scripts/demo-model/train.sh

eval-demo: build footage ## score the demo model on clips that it has not seen
	@scripts/demo-model/eval.sh

clean: ## remove what was built and written, keep what was fetched
	rm -rf .build .build-sanitize Benchmarks/.build Fuzz/.build Examples/Quickstart/.build $(OUTPUT) .deps/demo .deps/bench

distclean: clean ## remove what was fetched, too
	rm -rf .deps
