"""What NumPy (1.24.2) draws from Philox, and quantiles of the normal distribution from SciPy (1.10.1).

    python3 make_philox.py philox.json
"""
import json
import sys

import numpy as np
from scipy.stats import norm


def generator(key):
    return np.random.Generator(np.random.Philox(key=key))


def box_muller(key, n):
    """In 80-bit floats, of the fractions that `random` gives."""
    u = generator(key).random(n).astype(np.longdouble)
    radius = np.sqrt(-2 * np.log1p(-u[::2]))
    angle = 2 * np.longdouble("3.14159265358979323846264338327950288") * u[1::2]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).ravel().astype(float).tolist()


keys = [0, 7, 2**64 - 1, 2**127 + 12345678901234567890]
record = {
    "keys": [
        {
            "key": [str(key % 2**64), str(key >> 64)],
            "raw": [str(x) for x in np.random.Philox(key=key).random_raw(21)],
            # A place far on, where the counter has more than 32 bits.
            "far": [str(x) for x in np.random.Philox(key=key, counter=2**40).random_raw(5)],
            "float64": generator(key).random(21).tolist(),
            "float32": generator(key).random(21, dtype="f4").astype(float).tolist(),
            # Ranges of more than 32 bits take one 64-bit number each, as all do here.
            "integers": generator(key).integers(-5, 10**15, 21).tolist(),
            "normal": box_muller(key, 20),
        }
        for key in keys
    ],
    "normalQuantiles": norm.ppf(np.arange(1, 400) / 400).tolist(),
}
with open(sys.argv[1], "w") as file:
    json.dump(record, file, separators=(",", ":"))
