/* Nothing. Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
typedef int nothing;
