# Tests: is all of it true? One binary of CUnit suites, then shell tests of the programs.
TESTS        := $(wildcard tests/*.c tests/faults/faults.c tests/*/test_*.c)
TEST_OBJECTS := $(call object,$(TESTS))
TESTED       := $(call object,$(filter-out cli/%,$(PROGRAM)) $(SHIM))

# Calls that tests/faults/faults.c can make fail.
WRAPPED := malloc calloc realloc aligned_alloc \
           open fstat fchmod read write posix_fallocate mmap fsync rename close \
           fopen fdopen fmemopen fflush fclose

$(BUILD)/tnm-tests: $(TEST_OBJECTS) $(TESTED) $(BUILD)/libtnm.a
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ -lcunit $(PROGRAM_LIBS)

.PHONY: test
test: $(BUILD)/tnm-tests ## the CUnit suites alone; one with T=suite or T=suite/test
	$(BUILD)/tnm-tests $(T)
