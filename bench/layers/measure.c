/* Times each layer of a compiled model against the peak of the core: after each layer, in the same
 * thread, a loop of independent fused multiply-adds (of integers with MEASURE_INTEGERS) runs about
 * as long. Both see the same clock frequency and the same neighbours, so their ratio means
 * something where absolute times do not. Part of nn-compile. SPDX-License-Identifier: Apache-2.0
 * WITH LLVM-exception */
#define _GNU_SOURCE
#if defined(MEASURE_INTEGERS)
#include "../peak/dot_loop.h"
#define peakLoop dotLoop
#else
#include "../peak/fma_loop.h"
#define peakLoop fmaLoop
#endif
#include "../peak/thread_clock.h"
#include <sched.h>
#include <stdint.h>

static const double kMinPeakSeconds = 20e-6;

typedef void (*Callback)(void *, uint32_t);
typedef int32_t (*Run)(const void *, const void *, void *, Callback, void *);

struct Measurement {
  double start;         /* of the current layer */
  double *layerSeconds; /* of this round, per layer */
  double *peakRates;    /* multiply-adds per second beside that layer */
};

static void afterLayer(void *user, uint32_t layer) {
  struct Measurement *m = user;
  double end = threadSeconds(), spent = end - m->start;
  m->layerSeconds[layer] = spent;
  /* The rate of the last turn tells how many turns take as long as the layer. */
  double wanted = spent > kMinPeakSeconds ? spent : kMinPeakSeconds;
  double rate = m->peakRates[layer] > 0 ? m->peakRates[layer] : 1e10;
  int64_t turns = (int64_t)(wanted * rate / kTurn) + 1;
  double first = threadSeconds();
  peakLoop(turns);
  m->peakRates[layer] = (double)(turns * kTurn) / (threadSeconds() - first);
  m->start = threadSeconds();
}

/* Runs a model `rounds` times, after one run that is not counted. `layerSeconds` and `peakRates`
 * have `rounds` rows of `layers` numbers. Returns the model's status. */
int32_t measure(Run run, const void *inputs, const void *outputs, void *arena, int64_t layers,
                int64_t rounds, double *layerSeconds, double *peakRates) {
  cpu_set_t before, one;
  sched_getaffinity(0, sizeof(before), &before);
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof(one), &one);
  int32_t status = 0;
  for (int64_t round = -1; round < rounds && status == 0; ++round) {
    int64_t row = (round < 0 ? 0 : round) * layers;
    struct Measurement m = {0, layerSeconds + row, peakRates + row};
    for (int64_t i = 0; row > 0 && i < layers; ++i)
      m.peakRates[i] = m.peakRates[i - layers];
    m.start = threadSeconds();
    status = run(inputs, outputs, arena, afterLayer, &m);
  }
  sched_setaffinity(0, sizeof(before), &before);
  return status;
}
