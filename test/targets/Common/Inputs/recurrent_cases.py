"""Random recurrent layers as text of `nn.recurrent`, with answers by numpy in double precision.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy as np

GATES = {"rnn": 1, "gru": 3, "lstm": 4}
USUAL = {"rnn": ["tanh"], "gru": ["sigmoid", "tanh"], "lstm": ["sigmoid", "tanh", "tanh"]}
FUNCTIONS = {
    "affine": lambda x, a, b: a * x + b, "elu": lambda x, a, b: np.where(x >= 0, x, a * np.expm1(x)),
    "hard_sigmoid": lambda x, a, b: np.clip(a * x + b, 0, 1), "leaky_relu": lambda x, a, b: np.where(x >= 0, x, a * x),
    "relu": lambda x, a, b: np.maximum(x, 0), "scaled_tanh": lambda x, a, b: a * np.tanh(b * x),
    "sigmoid": lambda x, a, b: 0.5 + 0.5 * np.tanh(x / 2), "softplus": lambda x, a, b: np.log1p(np.exp(x)),
    "softsign": lambda x, a, b: x / (1 + abs(x)), "tanh": lambda x, a, b: np.tanh(x),
}


class Layer:
    """A layer drawn at random: operands by name, attributes, the values of its results."""

    def __init__(self, rng, dtype=np.float32, kind=None, steps=None):
        self.kind = kind or str(rng.choice(list(GATES)))
        self.steps, self.batch = int(steps or rng.choice([1, 2, 3, 7])), int(rng.choice([1, 1, 2, 5]))
        self.units = int(rng.choice([1, 3, 8, 13, 21]))
        gates, units, batch = GATES[self.kind], self.units, self.batch

        def normal(*shape, scale=0.7):
            return (scale * rng.standard_normal(shape)).astype(dtype)

        self.reset_after = self.kind == "gru" and bool(rng.random() < 0.5)
        self.input_forget = self.kind == "lstm" and bool(rng.random() < 0.3)
        self.reverse, self.clip = bool(rng.random() < 0.5), float(rng.uniform(0.3, 1.5)) if rng.random() < 0.3 else None
        self.functions = [str(rng.choice(list(FUNCTIONS))) if rng.random() < 0.3 else usual for usual in USUAL[self.kind]]
        self.alpha, self.beta = ([float(rng.uniform(0.1, 0.9)) for _ in self.functions] for _ in range(2))
        self.operands = {"input": normal(self.steps, batch, gates * units, scale=1), "weights": normal(gates * units, units, scale=0.7 / units**0.5)}
        options = {"bias": (units,)} if self.reset_after else {}
        options |= {"lengths": (batch,), "hidden": (batch, units)} | ({"cell": (batch, units), "peepholes": (3 * units,)} if self.kind == "lstm" else {})
        for name, shape in options.items():
            if rng.random() < 0.5:
                self.operands[name] = rng.integers(0, self.steps + 2, batch).astype(rng.choice(["int32", "int64"])) if name == "lengths" else normal(*shape)

    def attributes(self):
        functions = ", ".join(f"#nn<cell_function {f}>" for f in self.functions)
        numbers = [f"{name} = array<f64: {', '.join(map(repr, values))}>" for name, values in (("alpha", self.alpha), ("beta", self.beta))]
        flags = [name for name in ("reverse", "reset_after", "input_forget") if getattr(self, name)]
        clip = [f"clip = {self.clip!r} : f64"] if self.clip is not None else []
        return ", ".join([f"functions = [{functions}]", *numbers, *clip, *flags])

    def text(self, names):
        """The operator with operands of these names, without its types."""
        optional = "".join(f" {name}({names[name]})" for name in self.operands if name not in ("input", "weights"))
        return f"nn.recurrent {self.kind} {names['input']}, {names['weights']}{optional} {{{self.attributes()}}}"

    def _function(self, number, x, clips=True):
        if clips and self.clip is not None:
            x = np.clip(x, -self.clip, self.clip)
        return FUNCTIONS[self.functions[number]](x, self.alpha[number], self.beta[number])

    def _step(self, x, h, c):
        """States of one sequence after a step; x by gates."""
        weights = self.operands["weights"].astype(np.float64).reshape(-1, self.units, self.units)
        products = weights @ h
        if self.kind == "rnn":
            return self._function(0, x[0] + products[0]), c
        if self.kind == "gru":
            z, r = self._function(0, x[0] + products[0]), self._function(0, x[1] + products[1])
            inner = r * (products[2] + self.operands.get("bias", 0)) if self.reset_after else weights[2] @ (r * h)
            return (1 - z) * self._function(1, x[2] + inner) + z * h, c
        p = self.operands.get("peepholes", np.zeros(3 * self.units)).reshape(3, -1)
        i = self._function(0, x[0] + products[0] + p[0] * c)
        f = 1 - i if self.input_forget else self._function(0, x[2] + products[2] + p[2] * c)
        after = f * c + i * self._function(1, x[3] + products[3])
        return self._function(0, x[1] + products[1] + p[1] * after) * self._function(2, after, clips=False), after

    def results(self):
        """states, last and, of an LSTM, last_cell, in double precision."""
        states = np.zeros((self.steps, self.batch, self.units))
        last = [np.zeros((self.batch, self.units)) + self.operands.get(name, 0) for name in ("hidden", "cell")]
        lengths = self.operands.get("lengths", [self.steps] * self.batch)
        for b in range(self.batch):
            for t in reversed(range(self.steps)) if self.reverse else range(self.steps):
                if t < lengths[b]:
                    x = self.operands["input"][t, b].astype(np.float64).reshape(-1, self.units)
                    last[0][b], last[1][b] = self._step(x, last[0][b], last[1][b])
                    states[t, b] = last[0][b]
        return [states, *last][:3 if self.kind == "lstm" else 2]
