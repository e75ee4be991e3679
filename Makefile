# tnm: exact transposable N:M sparsity masks. Every door of the project, readable aloud.
#
#   make          the programs and the library, into build/
#   make demo     mask a really trained matrix with every method, and check the result
#   make check    all tests
#   make help     the other doors

ifeq ($(origin CC),default)
CC       := gcc
endif
ifeq ($(origin CXX),default)
CXX      := g++
endif
OPTIMISE ?= -O3
WARNINGS := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual \
            -Wpointer-arith -Wundef -Wvla -Wformat=2
CFLAGS   ?= -g
CXXFLAGS ?= -g

# Where `make install` puts things, below DESTDIR if that is set.
PREFIX       ?= /usr/local
BINDIR       ?= $(PREFIX)/bin
LIBDIR       ?= $(PREFIX)/lib
INCLUDEDIR   ?= $(PREFIX)/include
MANDIR       ?= $(PREFIX)/share/man
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig

BUILD    := build
VERSION  := $(shell sed -n 's/^.define TNM_VERSION *"\(.*\)"/\1/p' include/tnm.h)
COMMIT   := $(shell git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || echo unknown)
INCLUDES := -I. -Iinclude
# No contraction: products and sums round the same way on every instruction set.
CODE_FLAGS   = -std=c11 $(OPTIMISE) -ffp-contract=off -fno-math-errno -fno-trapping-math -fopenmp $(CFLAGS)
ALL_CFLAGS   = $(CODE_FLAGS) -D_GNU_SOURCE $(WARNINGS) -Wstrict-prototypes -Wmissing-prototypes $(INCLUDES)
ALL_CXXFLAGS = -std=c++17 $(OPTIMISE) $(WARNINGS) -fopenmp $(INCLUDES) $(CXXFLAGS)

# ---- what is built from what -------------------------------------------------------------------
# One foreign library, one home: the sources below are the only ones that meet it.
GENERATE  := instances/generate.c
DIVERSITY := $(wildcard formulations/diversity/*.c)
# What meets jansson, directly or through these: linked by the programs, never by the library.
JSON      := instances/json.c instances/index.c instances/safetensors.c instances/safetensors_plan.c \
             instances/checkpoint.c instances/pack.c instances/sparse24_file.c
# And what meets zlib, likewise.
PACKED    := instances/idx.c
FOREIGN   := solver/methods/all.c solver/methods/lemon.c solver/methods/glpk.c \
             solver/methods/glpk_session.c solver/methods/glpk_choice.c solver/methods/random.c
KERNELS   := $(wildcard solver/*/kernel*.c formulations/kernel*.c)
# Kernels that only the program has.
PRODUCTS  := $(wildcard training/*/kernel*.c)

INSTANCES    := $(filter-out $(GENERATE) $(JSON) $(PACKED),$(wildcard instances/*.c))
FORMULATIONS := $(filter-out $(KERNELS),$(wildcard formulations/*.c))
SOLVER       := $(filter-out $(FOREIGN) $(KERNELS),\
                  $(wildcard solver/*.c solver/exact/*.c solver/methods/*.c))
LIBRARY      := $(INSTANCES) $(FORMULATIONS) $(SOLVER)
CHECKER      := cli/tnm_check.c cli/ending.c cli/input.c cli/json.c cli/options.c cli/report.c \
                cli/signals.c cli/version.c
TRAINING     := $(filter-out $(PRODUCTS),$(wildcard training/*.c training/*/*.c))
PROGRAM      := $(filter-out cli/tnm_check.c,$(wildcard cli/*.c)) $(wildcard bench/*.c bench/speed/*.c pruning/*.c) \
                $(TRAINING) $(DIVERSITY) $(wildcard $(GENERATE) $(JSON) $(PACKED) $(FOREIGN))
SHIM         := $(wildcard solver/methods/*.cc)

object = $(patsubst %,$(BUILD)/obj/%.o,$(1))

# Kernels (see instances/isa.h) are compiled once for each instruction set and chosen at run time.
MACHINE := $(shell $(CC) -dumpmachine | cut -d- -f1)
ifeq ($(MACHINE),x86_64)
ISAS := baseline avx2 avx512
else
ISAS := baseline
endif
ISA_FLAGS_avx2   := -march=x86-64-v3
ISA_FLAGS_avx512 := -march=x86-64-v4 -mprefer-vector-width=512
kernel_objects = $(foreach isa,$(ISAS),$(patsubst %,$(BUILD)/obj/%.$(isa).o,$(1)))

LIBRARY_OBJECTS := $(call object,$(LIBRARY)) $(call kernel_objects,$(KERNELS))
CHECKER_OBJECTS := $(call object,$(CHECKER) $(INSTANCES) $(FORMULATIONS)) \
                   $(call kernel_objects,$(filter formulations/%,$(KERNELS)))
PROGRAM_OBJECTS := $(call object,$(PROGRAM) $(SHIM)) $(call kernel_objects,$(PRODUCTS))

# So that the library may become part of a shared one; nobody replaces its functions in there.
$(LIBRARY_OBJECTS): ALL_CFLAGS += -fPIC -fno-semantic-interposition

LIBRARY_LIBS := -lm
CHECKER_LIBS := -ljansson $(LIBRARY_LIBS)
# OpenBLAS before GSL's own, slower BLAS: both define the same functions, and the first one wins.
PROGRAM_LIBS := -llemon -lglpk -lopenblas -lgsl -lgslcblas -lgmp -lz $(CHECKER_LIBS)

.PHONY: all
all: $(BUILD)/libtnm.a $(BUILD)/tnm $(BUILD)/tnm-check ## the programs and the library

$(BUILD)/libtnm.a: $(LIBRARY_OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/tnm: $(PROGRAM_OBJECTS) $(BUILD)/libtnm.a
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) -o $@ $^ $(PROGRAM_LIBS)

# Links no solver: only what numbers are and what counts as an answer.
$(BUILD)/tnm-check: $(CHECKER_OBJECTS)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECKER_LIBS)

$(BUILD)/obj/%.c.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.cc.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

define kernel_rule
$(BUILD)/obj/%.c.$(1).o: %.c
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CFLAGS) $(ISA_FLAGS_$(1)) -DTNM_ISA=$(1) -MMD -MP -c -o $$@ $$<
endef
$(foreach isa,$(ISAS),$(eval $(call kernel_rule,$(isa))))

# Products of floats are no proofs: here a product and a sum may round once.
$(call kernel_objects,$(filter training/products/%,$(PRODUCTS))): ALL_CFLAGS += -ffp-contract=fast

# What a program was built from and with; touched only when it changes.
.PHONY: always
$(BUILD)/built: always
	@mkdir -p $(@D)
	@echo '$(COMMIT) $(CODE_FLAGS)' | cmp -s - $@ || echo '$(COMMIT) $(CODE_FLAGS)' >$@
$(BUILD)/obj/instances/build.c.o: $(BUILD)/built
$(BUILD)/obj/instances/build.c.o: ALL_CFLAGS += -DTNM_COMMIT='"$(COMMIT)"' -DTNM_FLAGS='"$(strip $(CODE_FLAGS))"'

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# ---- doors -------------------------------------------------------------------------------------
include tests/tests.mk
include bench/programs/programs.mk

# Packages of Debian 12; the second list is for tests and figures only.
PACKAGES      := gcc g++ libc6-dev liblemon-dev libglpk-dev libgsl-dev libgmp-dev libjansson-dev \
                 libopenblas-openmp-dev zlib1g-dev
TEST_PACKAGES := libcunit1-dev glpk-utils liblemon-utils gnuplot-nox python3-numpy \
                 clang libclang-rt-14-dev libomp-14-dev

.PHONY: deps build-deps data help format clean
deps: ## install what building, testing and drawing need, where it is missing
	@.ci/deps $(PACKAGES) $(TEST_PACKAGES)

build-deps: ## install what building needs, where it is missing
	@.ci/deps $(PACKAGES)

data: $(BUILD)/extract-layer ## fetch larger trained networks, MNIST and Fashion-MNIST, into data/
	@instances/data/fetch.sh $< data

$(BUILD)/extract-layer: $(call object,instances/data/extract_layer.c) $(BUILD)/libtnm.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARY_LIBS)

# What make demo masks: a layer of a trained network, 256 x 512.
DEMO_INPUT   := instances/data/mlp_mnist/fc2.npy
DEMO_OUTPUT  := $(BUILD)/demo
# As many jobs as cores, where nobody has said otherwise.
JOBS          = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: demo install uninstall
demo: ## mask a really trained matrix with every method, and check the proof
	@$(MAKE) --no-print-directory build-deps
	@echo 'building tnm, about a minute ...'
	@$(MAKE) --no-print-directory $(JOBS) all >/dev/null
	@mkdir -p $(DEMO_OUTPUT)
	$(BUILD)/tnm compare $(DEMO_INPUT) -p 4:8 -m all --time-limit 10
	$(BUILD)/tnm solve $(DEMO_INPUT) -p 4:8 -o $(DEMO_OUTPUT)/mask.npy \
	    --certificate $(DEMO_OUTPUT)/proof.npy
	$(BUILD)/tnm-check $(DEMO_INPUT) $(DEMO_OUTPUT)/mask.npy -p 4:8 \
	    --certificate $(DEMO_OUTPUT)/proof.npy

# A transposable 4:8 network beside a dense one, on MNIST; threads that wait leave the machine to
# whoever else works on it.
TRAIN_DEMO := $(BUILD)/train-demo
.PHONY: train-demo
train-demo: ## train a dense and a transposable 4:8 network on real digits, side by side
	@$(MAKE) --no-print-directory build-deps
	@echo 'building tnm, about a minute ...'
	@$(MAKE) --no-print-directory $(JOBS) all $(BUILD)/extract-layer >/dev/null
	@instances/data/fetch.sh $(BUILD)/extract-layer data mnist
	@mkdir -p $(TRAIN_DEMO)
	OMP_WAIT_POLICY=passive $(BUILD)/tnm train data/mnist --epochs 5 \
	    -o $(TRAIN_DEMO)/dense.safetensors >$(TRAIN_DEMO)/dense.txt
	OMP_WAIT_POLICY=passive $(BUILD)/tnm train data/mnist --epochs 5 --sparsity transposable -p 4:8 \
	    -o $(TRAIN_DEMO)/transposable.safetensors >$(TRAIN_DEMO)/transposable.txt
	@examples/train_demo.awk $(TRAIN_DEMO)/dense.txt $(TRAIN_DEMO)/transposable.txt

install: all ## programs, library, header and manual, into PREFIX (below DESTDIR)
	install -d $(addprefix $(DESTDIR),$(BINDIR) $(INCLUDEDIR) $(PKGCONFIGDIR) $(MANDIR)/man1)
	install -m 755 $(BUILD)/tnm $(BUILD)/tnm-check $(DESTDIR)$(BINDIR)
	install -m 644 $(BUILD)/libtnm.a $(DESTDIR)$(LIBDIR)
	install -m 644 include/tnm.h $(DESTDIR)$(INCLUDEDIR)
	install -m 644 docs/tnm.1 docs/tnm-check.1 $(DESTDIR)$(MANDIR)/man1
	sed -e 's|@LIBDIR@|$(LIBDIR)|; s|@INCLUDEDIR@|$(INCLUDEDIR)|; s|@VERSION@|$(VERSION)|' \
	    include/tnm.pc.in >$(DESTDIR)$(PKGCONFIGDIR)/tnm.pc

uninstall: ## take all of it away again
	rm -f $(addprefix $(DESTDIR),$(BINDIR)/tnm $(BINDIR)/tnm-check $(LIBDIR)/libtnm.a \
	    $(INCLUDEDIR)/tnm.h $(MANDIR)/man1/tnm.1 $(MANDIR)/man1/tnm-check.1 \
	    $(PKGCONFIGDIR)/tnm.pc)

.PHONY: bench
bench: all ## how fast tnm is, in a few minutes; numbers in build/bench/bench.csv
	@mkdir -p $(BUILD)/bench
	@$(BUILD)/tnm bench --csv $(BUILD)/bench/bench.csv

# bench/plans: all are a matter of minutes; gap, layers and retention want make data.
STUDY ?= quick
.PHONY: study
study: all ## run the study of bench/plans/$(STUDY).plan, into build/study; stopped, it goes on
	@mkdir -p $(BUILD)/study
	$(BUILD)/tnm study bench/plans/$(STUDY).plan -o $(BUILD)/study/$(STUDY)

LARGE_GIBIBYTES ?= 8
.PHONY: prune-large
prune-large: all ## mask a checkpoint of 8 GiB, made and deleted in build/: time against cp, memory
	@tests/pruning/large.py $(BUILD)/tnm $(LARGE_GIBIBYTES) $(BUILD)

help: ## list these doors
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

format: ## rewrite all sources in the project's style
	clang-format -i $$(git ls-files '*.c' '*.h' '*.cc')

clean: ## forget all products
	rm -rf $(BUILD)
