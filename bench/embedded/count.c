/* A plugin of QEMU that counts executed instructions by function; at the end it prints a line
 * "count N NAME" for each. Declares the part of the plugin interface, version 1, that it uses:
 * distributions ship no header. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH
 * LLVM-exception */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
extern void qemu_plugin_outs(const char *);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
extern const char *qemu_plugin_insn_symbol(const struct qemu_plugin_insn *);
extern void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int, void *,
                                                       uint64_t);
extern void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t,
                                                  void (*)(uint64_t, struct qemu_plugin_tb *));
extern void qemu_plugin_register_atexit_cb(uint64_t, void (*)(uint64_t, void *), void *);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;

enum { kFunctions = 4096, kName = 120, kAdd = 0 };
static struct {
  char name[kName];
  uint64_t count;
} functions[kFunctions];
static size_t used;

/* The entry of a function; the last one takes those that are too many. */
static size_t find(const char *name) {
  for (size_t i = 0; i < used; ++i)
    if (strncmp(functions[i].name, name, kName - 1) == 0)
      return i;
  if (used == kFunctions)
    return kFunctions - 1;
  strncpy(functions[used].name, name, kName - 1);
  return used++;
}

static void translated(uint64_t id, struct qemu_plugin_tb *block) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
    const char *name = qemu_plugin_insn_symbol(insn);
    qemu_plugin_register_vcpu_insn_exec_inline(insn, kAdd,
                                               &functions[find(name ? name : "?")].count, 1);
  }
}

static void finished(uint64_t id, void *user) {
  (void)id;
  (void)user;
  for (size_t i = 0; i < used; ++i) {
    char line[kName + 40];
    snprintf(line, sizeof(line), "count %" PRIu64 " %s\n", functions[i].count, functions[i].name);
    qemu_plugin_outs(line);
  }
}

EXPORT int qemu_plugin_install(uint64_t id, const void *info, int count, char **arguments) {
  (void)info;
  (void)count;
  (void)arguments;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_atexit_cb(id, finished, NULL);
  return 0;
}
