# Tests: is all of it true? One binary of CUnit suites, then shell tests of the programs.
TESTS        := $(wildcard tests/*.c tests/*/test_*.c)
TEST_OBJECTS := $(call object,$(TESTS))
TESTED       := $(call object,$(filter-out cli/%,$(PROGRAM)) $(SHIM))

$(BUILD)/tnm-tests: $(TEST_OBJECTS) $(TESTED) $(BUILD)/libtnm.a
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) -o $@ $^ -lcunit $(PROGRAM_LIBS)

.PHONY: test
test: $(BUILD)/tnm-tests ## the CUnit suites alone; one with T=suite or T=suite/test
	$(BUILD)/tnm-tests $(T)
