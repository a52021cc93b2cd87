"""Computes the polynomial coefficients of passes/Conversion/NNToLoops/SingleFunctions.cpp.

usage: fit.py    prints each table, highest power first, and the largest relative error of the function that it makes
Each fit minimises the largest relative error of the whole function by Lawson's iteration (C. L. Lawson, 1961): weighted least squares at
Chebyshev points, weights multiplied by the errors. The coefficients are then rounded to f32.
Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np

Wide = np.longdouble
POINTS, STEPS = 801, 300
QUARTER_PI, ROOT_HALF = np.pi / 4, np.sqrt(0.5)
ONE = Wide(1)

# name: interval, number of coefficients, exact function, its part that is not fitted, factor of the fitted polynomial, argument of the polynomial
FITS = {
    "kExp": (-0.3470, 0.3470, 5, np.expm1, lambda r: r, lambda r: r * r, lambda r: r),
    "kLog": (ROOT_HALF - 1, 2 * ROOT_HALF - 1, 8, np.log1p, lambda f: f - f * f / 2, lambda f: f ** 3, lambda f: f),
    "kSin": (1e-3, QUARTER_PI, 3, np.sin, lambda r: r, lambda r: r ** 3, lambda r: r * r),
    "kCos": (1e-3, QUARTER_PI, 3, np.cos, lambda r: 1 - r * r / 2, lambda r: r ** 4, lambda r: r * r),
    "kAsin": (1e-3, 0.5, 5, np.arcsin, lambda t: t, lambda t: t ** 3, lambda t: t * t),
    "kAtan": (1e-3, np.tan(np.pi / 8), 4, np.arctan, lambda t: t, lambda t: t ** 3, lambda t: t * t),
}


def fit(low, high, count, exact, known, factor, argument):
    x = (low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(POINTS, dtype=Wide) + 0.5) / POINTS)
    f, target = exact(x), exact(x) - known(x)
    columns = np.stack([argument(x) ** i * factor(x) for i in range(count)], axis=1)
    columns, target = columns / f[:, None], target / f
    scale = np.abs(columns).max(axis=0)
    weights = np.full(POINTS, ONE / POINTS)
    for _ in range(STEPS):
        root = np.sqrt(weights).astype(np.float64)
        solution = np.linalg.lstsq((columns / scale).astype(np.float64) * root[:, None], target.astype(np.float64) * root, rcond=None)[0]
        errors = np.abs(columns / scale @ solution.astype(Wide) - target)
        weights = weights * errors
        weights /= weights.sum()
    rounded = (solution / scale.astype(np.float64)).astype(np.float32)
    return rounded, np.abs(columns @ rounded.astype(Wide) - target).max()


def main():
    for name, arguments in FITS.items():
        coefficients, error = fit(*arguments)
        numbers = ", ".join(np.format_float_scientific(c, unique=True, trim="-") + "f" for c in coefficients[::-1])
        print(f"{name}[] = {{{numbers}}}; // 2^{np.log2(float(error)):.1f}")


if __name__ == "__main__":
    main()
