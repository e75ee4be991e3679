# Measurements that are programs of their own, and the figures drawn from what they write.
CONVERGENCE := paper_figs/data/convergence.csv

$(BUILD)/convergence: $(call object,bench/programs/convergence.c $(GENERATE)) $(BUILD)/libtnm.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lgsl -lgslcblas $(LIBRARY_LIBS)

.PHONY: convergence figures
convergence: $(BUILD)/convergence ## measure how fast dual ascent converges, into paper_figs/data
	@mkdir -p $(dir $(CONVERGENCE))
	$(BUILD)/convergence >$(CONVERGENCE).new
	@mv $(CONVERGENCE).new $(CONVERGENCE)

figures: ## draw all figures from the data beside them
	@for script in paper_figs/*.gp; do echo "gnuplot $$script"; gnuplot "$$script" || exit 1; done
