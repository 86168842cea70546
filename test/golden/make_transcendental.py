"""Functions in 80-bit floats (NumPy 1.24.2 on x86), each value as the sum of two float64: the nearest one and the rest.

    python3 make_transcendental.py transcendental.json
"""
import json
import sys

import numpy as np

rng = np.random.default_rng(7)
ranges = {
    "exp": [(-1, 1), (-700, 700), (-745, -708)],
    "expm1": [(-1, 1), (-40, 700), (-1e-3, 1e-3)],
    "log": [(0, 4), (0.9, 1.1), (0, 1e300)],
    "log2": [(0, 4), (0.9, 1.1), (0, 1e300)],
    "log10": [(0, 4), (0.9, 1.1), (0, 1e300)],
    "log1p": [(-1, 4), (-0.1, 0.1), (0, 1e300)],
    "sin": [(-4, 4), (-5e5, 5e5), (-1e18, 1e18)],
    "cos": [(-4, 4), (-5e5, 5e5), (-1e18, 1e18)],
    "tanh": [(-1, 1), (-20, 20), (-1e-3, 1e-3)],
    "sinh": [(-1, 1), (-5, 5), (-710, 710)],
    "cosh": [(-1, 1), (-5, 5), (-710, 710)],
}
record = {}
for name, spans in ranges.items():
    x = np.concatenate([rng.uniform(low, high, 150) for low, high in spans])
    truth = getattr(np, name)(x.astype(np.longdouble))
    head = truth.astype(np.float64)
    rest = (truth - head).astype(np.float64)
    record[name] = [[*row] for row in zip(x.tolist(), head.tolist(), rest.tolist())]

with open(sys.argv[1], "w") as file:
    json.dump(record, file, separators=(",", ":"))
