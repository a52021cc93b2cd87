/* Times each layer of a compiled model against the peak of the core: after each layer, in the same
 * thread, a loop of independent fused multiply-adds runs about as long. Both see the same clock
 * frequency and the same neighbours, so their ratio means something where absolute times do not.
 * Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <time.h>

#if defined(__AVX512F__)
enum { kWidth = 16, kAccumulators = 24 };
#define REGISTER "+v"
#elif defined(__AVX__)
enum { kWidth = 8, kAccumulators = 12 };
#define REGISTER "+x"
#elif defined(__aarch64__)
enum { kWidth = 4, kAccumulators = 24 };
#define REGISTER "+w"
#else
enum { kWidth = 4, kAccumulators = 12 };
#define REGISTER "+x"
#endif
typedef float Vector __attribute__((vector_size(4 * kWidth)));

/* Multiply-adds of one turn of the peak loop. */
enum { kTurn = kWidth * kAccumulators };
static const double kMinPeakSeconds = 20e-6;

static volatile float sink;

/* Seconds that this thread has run: what the machine does for others meanwhile does not count. */
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Sums that converge to 1: no special values slow the machine down. */
__attribute__((noinline)) static void peakLoop(int64_t turns) {
  Vector sums[kAccumulators], factor = (Vector){} + 0.5f, term = factor;
  for (int i = 0; i < kAccumulators; ++i)
    sums[i] = (Vector){} + (float)i;
  for (int64_t turn = 0; turn < turns; ++turn) {
#pragma clang loop unroll(full)
    for (int i = 0; i < kAccumulators; ++i) {
      sums[i] = sums[i] * factor + term;        /* contracted: compile with -ffp-contract=fast */
      __asm__ volatile("" : REGISTER(sums[i])); /* no turn is left out */
    }
  }
  for (int i = 0; i < kAccumulators; ++i)
    sink = sums[i][0];
}

typedef void (*Callback)(void *, uint32_t);
typedef int32_t (*Run)(const void *, const void *, void *, Callback, void *);

struct Measurement {
  double start;         /* of the current layer */
  double *layerSeconds; /* of this round, per layer */
  double *peakRates;    /* multiply-adds per second beside that layer */
};

static void afterLayer(void *user, uint32_t layer) {
  struct Measurement *m = user;
  double end = now(), spent = end - m->start;
  m->layerSeconds[layer] = spent;
  /* The rate of the last turn tells how many turns take as long as the layer. */
  double wanted = spent > kMinPeakSeconds ? spent : kMinPeakSeconds;
  double rate = m->peakRates[layer] > 0 ? m->peakRates[layer] : 1e10;
  int64_t turns = (int64_t)(wanted * rate / kTurn) + 1;
  double first = now();
  peakLoop(turns);
  m->peakRates[layer] = (double)(turns * kTurn) / (now() - first);
  m->start = now();
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
    m.start = now();
    status = run(inputs, outputs, arena, afterLayer, &m);
  }
  sched_setaffinity(0, sizeof(before), &before);
  return status;
}
