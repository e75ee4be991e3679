# Measurements that are programs of their own, and the figures drawn from what they write.
CONVERGENCE := paper_figs/data/convergence.csv

$(BUILD)/convergence: $(call object,bench/programs/convergence.c) $(TESTED) $(BUILD)/libtnm.a
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) -o $@ $^ $(PROGRAM_LIBS)

.PHONY: convergence figures
convergence: $(BUILD)/convergence ## measure how fast dual ascent converges, into paper_figs/data
	@mkdir -p $(dir $(CONVERGENCE))
	$(BUILD)/convergence >$(CONVERGENCE).new
	@mv $(CONVERGENCE).new $(CONVERGENCE)

# What paper_figs/gaps.gp shows of the study quick.
QUICK_GAPS := paper_figs/data/quick_gaps.csv
SHOWN      := ^(\#|group,|gaussian,[^,]*,atmost,(tsenor|swap|greedy-keep|greedy-prune|bi-nm),)

.PHONY: gaps
gaps: ## run the study quick, and keep what its figure shows in paper_figs/data
	$(MAKE) study STUDY=quick
	grep -E '$(SHOWN)' $(BUILD)/study/quick/gaps.csv >$(QUICK_GAPS).new
	@mv $(QUICK_GAPS).new $(QUICK_GAPS)

# ---- mask diversity ----------------------------------------------------------------------------
DIVERSITY_LAYERS  := fc1=instances/data/mlp_mnist/fc1.npy fc2=instances/data/mlp_mnist/fc2.npy \
                     gaussian=gaussian

$(BUILD)/diversity-%: $(BUILD)/obj/bench/programs/diversity_%.c.o $(TESTED) $(BUILD)/libtnm.a
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) -o $@ $^ $(PROGRAM_LIBS)

.PHONY: diversity
diversity: $(BUILD)/diversity-counts $(BUILD)/diversity-retention ## count masks, and what they retain, into paper_figs/data
	$(BUILD)/diversity-counts >$(BUILD)/diversity_counts.csv
	$(BUILD)/diversity-retention $(DIVERSITY_LAYERS) >$(BUILD)/diversity_retention.csv
	@mv $(BUILD)/diversity_counts.csv $(BUILD)/diversity_retention.csv paper_figs/data

# The tables and the figure of docs/exact.md; minutes, on a machine with nothing else to do.
.PHONY: bench-figure
bench-figure: all ## measure speed for the figures and the tables of docs/exact.md
	@mkdir -p paper_figs/data
	$(BUILD)/tnm bench --csv paper_figs/data/bench.csv --markdown $(BUILD)/bench.md
	bench/programs/tables.sh $(BUILD)/bench.md docs/exact.md
	gnuplot paper_figs/speed.gp
	gnuplot paper_figs/families.gp

# ---- real weights ------------------------------------------------------------------------------
# A tile of a real layer, and what the order of its weights does: programs that use all of bench.
MEASURING   := $(call object,bench/programs/layer.c) $(TESTED) $(BUILD)/libtnm.a
TILE_LAYER  := instances/data/mlp_mnist/fc2.npy
REAL_LAYERS  = $(sort $(filter-out %.bias.npy,$(wildcard instances/data/mlp_mnist/*.npy data/*/*.npy)))

$(BUILD)/tile $(BUILD)/structure $(BUILD)/products: $(BUILD)/%: $(BUILD)/obj/bench/programs/%.c.o $(MEASURING)
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) -o $@ $^ $(PROGRAM_LIBS)

.PHONY: tile structure retention
tile: $(BUILD)/tile ## mask one tile of a real layer twice, into paper_figs/data
	$(BUILD)/tile $(TILE_LAYER) entries >paper_figs/data/tile.csv.new
	$(BUILD)/tile $(TILE_LAYER) gaps >paper_figs/data/tile_gaps.csv.new
	@mv paper_figs/data/tile.csv.new paper_figs/data/tile.csv
	@mv paper_figs/data/tile_gaps.csv.new paper_figs/data/tile_gaps.csv

structure: $(BUILD)/structure ## compare real layers with themselves, shuffled, into paper_figs/data; wants make data
	$(BUILD)/structure $(REAL_LAYERS) >paper_figs/data/structure.csv.new
	@mv paper_figs/data/structure.csv.new paper_figs/data/structure.csv

# On a machine with nothing else to do.
.PHONY: products
products: $(BUILD)/products ## time sparse products against OpenBLAS, into paper_figs/data
	$(BUILD)/products >paper_figs/data/products.csv.new
	@mv paper_figs/data/products.csv.new paper_figs/data/products.csv

retention: ## run the study retention, and keep what its figure shows in paper_figs/data; wants make data
	$(MAKE) study STUDY=retention
	cp $(BUILD)/study/retention/summary.csv paper_figs/data/retention.csv

# ---- studies of methods ------------------------------------------------------------------------
# What the figures and docs/results.md tell of a study, out of its results.
results_of = $(BUILD)/study/$(1)

.PHONY: gap quality time constraints
gap: ## run the study gap, and keep its summary and profiles in paper_figs/data; wants make data
	$(MAKE) study STUDY=gap
	cp $(call results_of,gap)/summary.csv paper_figs/data/gap.csv
	bench/programs/profiles.sh $(call results_of,gap) >paper_figs/data/gap_profiles.csv

quality: ## run the study quality, and keep its summary in paper_figs/data and its table in docs/results.md
	$(MAKE) study STUDY=quality
	cp $(call results_of,quality)/summary.csv paper_figs/data/quality.csv
	bench/programs/quality.sh paper_figs/data/quality.csv docs/results.md

time: ## run the study time, and keep its summary, slopes and profiles in paper_figs/data
	$(MAKE) study STUDY=time
	cp $(call results_of,time)/summary.csv paper_figs/data/time_summary.csv
	cp $(call results_of,time)/slopes.csv paper_figs/data/time_slopes.csv
	bench/programs/profiles.sh $(call results_of,time) >paper_figs/data/time_profiles.csv

constraints: ## run the study layers, and keep its pairs of optima in paper_figs/data; wants make data
	$(MAKE) study STUDY=layers
	bench/programs/layers.sh $(call results_of,layers)/records.csv >paper_figs/data/layers.csv.new
	@mv paper_figs/data/layers.csv.new paper_figs/data/layers.csv

# ---- training ----------------------------------------------------------------------------------
# Logs are kept in build/, and runs that have theirs are not run again.
TRAINING_DATA  := data/fashion-mnist
TRAINING_SEEDS ?= 5
training_logs   = $(BUILD)/training-$(1)/*.jsonl

$(BUILD)/training-summary: $(call object,bench/programs/training_summary.c bench/programs/training_log.c) \
                           $(TESTED) $(BUILD)/libtnm.a
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) -o $@ $^ $(PROGRAM_LIBS)

.PHONY: training-study training-steps
training-study: all $(BUILD)/training-summary ## train networks with all kinds of masks, half an hour, and sum up in paper_figs/data; wants make data
	bench/programs/training.sh $(BUILD)/tnm $(TRAINING_DATA) $(BUILD)/training-study $(TRAINING_SEEDS)
	for view in cells ranks; do \
	    $(BUILD)/training-summary $$view $(call training_logs,study) >$(BUILD)/training.csv || exit 1; \
	    mv $(BUILD)/training.csv paper_figs/data/training_$$view.csv; \
	done

training-steps: all $(BUILD)/training-summary ## measure the time of training steps, into paper_figs/data; wants make data
	bench/programs/training_steps.sh $(BUILD)/tnm $(TRAINING_DATA) $(BUILD)/training-steps
	$(BUILD)/training-summary steps $(call training_logs,steps) >$(BUILD)/training.csv
	@mv $(BUILD)/training.csv paper_figs/data/training_steps.csv

figures: ## draw all figures from the data beside them
	@for script in paper_figs/*.gp; do echo "gnuplot $$script"; gnuplot "$$script" || exit 1; done
