# Models in a build with GNU make:
#
#   include $(shell pkg-config --variable=makefile nncompile)
#   $(eval $(call nn_add_model,kws,models/kws.onnx,--target=cortex-m4 -mfloat-abi=hard --ram=64K))
#   firmware.elf: main.o $(kws_LIBRARY)          # compiles the model when it, or a file of its tensors, has changed
#   main.o: main.c | $(kws_HEADER)               # with $(kws_CFLAGS), which find kws.h and nnrt.h
#
# $(call nn_add_model,NAME,MODEL,OPTIONS): NAME is the prefix of all C names. Files go to $(NN_FOLDER)/NAME (default: nn). Paths hold no
# blanks, which make cannot handle. NN_COMPILE is the compiler.
# Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
NN_HERE := $(dir $(lastword $(MAKEFILE_LIST)))
NN_COMPILE ?= $(NN_HERE)../../bin/nn-compile
NN_INCLUDE ?= $(NN_HERE)../../include
NN_FOLDER ?= nn

define nn_add_model
$(1)_LIBRARY := $(NN_FOLDER)/$(1)/lib$(1).a
$(1)_HEADER := $(NN_FOLDER)/$(1)/$(1).h
$(1)_CFLAGS := -I$(NN_FOLDER)/$(1) -I$(NN_INCLUDE)
$$($(1)_LIBRARY): $(2) $(NN_COMPILE)
	$(NN_COMPILE) $(2) --name=$(1) $(3) --write-depfile=$(NN_FOLDER)/$(1)/$(1).d -o $(NN_FOLDER)/$(1)
$$($(1)_HEADER): $$($(1)_LIBRARY)
-include $(NN_FOLDER)/$(1)/$(1).d
endef
