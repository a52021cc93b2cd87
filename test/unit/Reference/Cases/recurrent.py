"""Recurrent layers, against torch's cells.

Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import torch
from case import case, n, randomness, t

rng, f32 = randomness("recurrent")


def gates(x, order):
    """The blocks of the first dimension in another order."""
    parts = x.reshape(len(order), -1, *x.shape[1:])
    return parts[list(order)].reshape(x.shape)


def cases():
    """The biases of the inputs are part of them; torch's gates are i f c o, and r z n."""
    def recurrent(name, kind, module, order, functions, steps=5, batch=2, inputs=3, units=4, attributes=""):
        layer = module(inputs, units).double()
        x, h, c = t(f32(steps, batch, inputs)), t(f32(1, batch, units)), t(f32(1, batch, units))
        parameters = {p: gates(t(f32(*v.shape, low=-0.5, high=0.5)), range(len(order))) for p, v in layer.named_parameters()}
        layer.load_state_dict(parameters)
        with torch.no_grad():
            y, last = layer(x, (h, c) if kind == "lstm" else h)
        own = {p: gates(v, order) for p, v in parameters.items()}
        bias = own["bias_ih_l0"] + (own["bias_hh_l0"] if kind != "gru" else
                                    torch.cat([own["bias_hh_l0"][:2 * units], torch.zeros(units)]))
        sums = x @ own["weight_ih_l0"].T + bias
        operands, text = [n(sums), n(own["weight_hh_l0"])], "%x0, %x1"
        for word, value in (("bias", own["bias_hh_l0"][2 * units:] if kind == "gru" else None), ("hidden", h[0]), ("cell", c[0] if kind == "lstm" else None)):
            if value is not None:
                text += f" {word}(%x{len(operands)})"
                operands.append(n(value))
        results = (n(y), *(n(v[0]) for v in (last if kind == "lstm" else (last,))))
        zeros = ", ".join(["0.0"] * len(functions))
        names = ", ".join(f"#nn<cell_function {f}>" for f in functions)
        case(name, f"recurrent {kind}", operands, results, f"functions = [{names}], alpha = array<f64: {zeros}>, beta = array<f64: {zeros}>{attributes}", text)

    recurrent("recurrent_rnn", "rnn", torch.nn.RNN, [0], ["tanh"])
    recurrent("recurrent_gru", "gru", torch.nn.GRU, [1, 0, 2], ["sigmoid", "tanh"], attributes=", reset_after")
    recurrent("recurrent_lstm", "lstm", torch.nn.LSTM, [0, 3, 1, 2], ["sigmoid", "tanh", "tanh"])
