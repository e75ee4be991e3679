# Tests: is all of it true? One binary of CUnit suites, then shell tests of the programs.
TESTS        := $(wildcard tests/*.c tests/faults/faults.c tests/*/test_*.c \
                           tests/*/*/test_*.c)
TEST_OBJECTS := $(call object,$(TESTS))
TESTED       := $(call object,$(filter-out cli/%,$(PROGRAM)) $(SHIM)) $(call kernel_objects,$(PRODUCTS))

# Calls that tests/faults/faults.c can make fail, or counts.
WRAPPED := malloc calloc realloc aligned_alloc free \
           open fstat fchmod read write pread pwrite ftruncate posix_fallocate mmap fsync fdatasync linkat rename close \
           fopen fdopen fmemopen fflush fclose

$(BUILD)/tnm-tests: $(TEST_OBJECTS) $(TESTED) $(BUILD)/libtnm.a
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ -lcunit $(PROGRAM_LIBS)

# Each test on its own, so that those that watch the clock have the machine.
CHECKS := test must-fail layers references cli fuzz
.PHONY: check
check: deps ## all tests
	@$(MAKE) --no-print-directory all $(BUILD)/tnm-tests $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%)
	@$(MAKE) --no-print-directory -j1 $(CHECKS)

.PHONY: test
test: $(BUILD)/tnm-tests ## the CUnit suites alone; one with T=suite or T=suite/test
	$(BUILD)/tnm-tests $(T)

# The suite of that name, in which every test has to fail.
.PHONY: must-fail
must-fail: $(BUILD)/tnm-tests
	@! $(BUILD)/tnm-tests must_fail >$(BUILD)/must-fail.log 2>&1
	@awk '$$1 == "tests" && $$4 == 0 && $$5 > 0 { all = 1 } END { exit !all }' \
	    $(BUILD)/must-fail.log || { cat $(BUILD)/must-fail.log; exit 1; }
	@echo "must-fail: it does"

# Ours against others on random tiles; see tests/soak/soak.c. Hours on request.
SOAK_SECONDS ?= 120
SEED         ?= 1

.PHONY: soak
soak: $(BUILD)/tnm-soak ## exact against LEMON and brute force for SOAK_SECONDS, from SEED
	cd $(BUILD) && ./tnm-soak $(SOAK_SECONDS) $(SEED)

$(BUILD)/tnm-soak: $(call object,tests/soak/soak.c tests/twists.c tests/random.c) $(TESTED) \
                   $(BUILD)/libtnm.a
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) -o $@ $^ $(PROGRAM_LIBS)

# Counts that were first found by another program, 11:22 among them: a minute or two.
.PHONY: long-counts
long-counts: $(BUILD)/tnm ## the largest known counts of masks, 9:18 to 11:22
	@tests/long_counts.sh $(BUILD)/tnm

# The arrows between folders; and that this test too can fail.
.PHONY: layers
layers:
	@tests/layers.sh $(CHECKER)
	@mkdir -p $(BUILD)/layers/instances
	@echo '#include "solver/method.h"' >$(BUILD)/layers/instances/wrong.c
	@! (cd $(BUILD)/layers && $(CURDIR)/tests/layers.sh 2>/dev/null)
	@echo "layers: all arrows point one way"

# The literature: nothing cited that is not there; and that this test too can fail.
.PHONY: references
references:
	@tests/references.sh
	@mkdir -p $(BUILD)/references/docs
	@echo '[nobody1900]' >$(BUILD)/references/docs/wrong.md
	@: >$(BUILD)/references/docs/references.bib
	@! (cd $(BUILD)/references && $(CURDIR)/tests/references.sh 2>/dev/null)
	@echo "references: all keys lead somewhere"

.PHONY: cli
cli: all ## the programs as a user meets them; one file of tests/cli with T=name
	@MAKE="$(MAKE)" CC="$(CC)" FLAGS="$(CFLAGS) $(LDFLAGS)" tests/cli/run.sh $(BUILD) $(T)

# The CUnit suites once more with the compiler's run-time checks, in a build of their own. (What
# gcc adds to an expression to check it makes it warn of conversions that are not there.)
SANITIZE := -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
.PHONY: asan
asan: ## the CUnit suites under AddressSanitizer and UBSan
	ASAN_OPTIONS=allocator_may_return_null=1 $(MAKE) BUILD=$(BUILD)/asan OPTIMISE=-O1 CFLAGS="$(SANITIZE)" CXXFLAGS="$(SANITIZE)" \
	    WARNINGS="$(filter-out -Wconversion,$(WARNINGS))" test

# ---- fuzzing: every reader against bytes nobody thought of --------------------------------------
FUZZ_CC      ?= clang
FUZZ_SECONDS ?= 5
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS   := -std=c11 -D_GNU_SOURCE -O1 -g $(INCLUDES) \
                -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

# Sources of a target besides instances/.
FUZZ_SOURCES_plan := bench/plan.c bench/plan_lines.c formulations/problem.c
$(BUILD)/fuzz/plan: $(FUZZ_SOURCES_plan)

# With the sources they read through compiled in, so that the fuzzer sees which branches it took.
$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c $(INSTANCES) $(JSON) $(PACKED) $(wildcard instances/*.h include/*.h)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -o $@ $< $(FUZZ_SOURCES_$*) $(INSTANCES) $(JSON) $(PACKED) -ljansson -lz -lm

# What a target finds is kept in build/fuzz/TARGET.corpus, to start from the next time.
.PHONY: fuzz
fuzz: $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%) ## fuzz every reader for FUZZ_SECONDS each
	@for target in $(FUZZ_TARGETS); do \
	    log=$(BUILD)/fuzz/$$target.log; \
	    seeds=$$(ls -d tests/fuzz/corpus/$$target tests/broken/$$target 2>/dev/null); \
	    words=tests/fuzz/$$target.dict; \
	    mkdir -p $(BUILD)/fuzz/$$target.corpus; \
	    $(BUILD)/fuzz/$$target $$(test -f $$words && echo -dict=$$words) -max_total_time=$(FUZZ_SECONDS) -timeout=10 -print_final_stats=1 \
	        -artifact_prefix=$(BUILD)/fuzz/ $(BUILD)/fuzz/$$target.corpus $$seeds 2>$$log || \
	        { cat $$log >&2; exit 1; }; \
	    sed -n "s/^stat::number_of_executed_units: */fuzz $$target: inputs tried: /p" $$log; \
	done
