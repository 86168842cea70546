"""What NumPy makes of arrays with their edges extended, and of functions along an axis.

    python3 make_blocks.py blocks.json
"""
import itertools
import json
import sys

import numpy as np

modes = {"reflect": "symmetric", "periodic": "wrap", "nearest": "edge"}


def padded(x, depth, boundary):
    """Axis by axis, as corners are decided by the later axes."""
    for axis, ((before, after), kind) in enumerate(zip(depth, boundary)):
        width = [(0, 0)] * x.ndim
        width[axis] = (before, after)
        if kind == "none":
            continue
        if isinstance(kind, str):
            x = np.pad(x, width, mode=modes[kind])
        else:
            x = np.pad(x, width, mode="constant", constant_values=kind)
    return x


def overlap(x, depth, boundary):
    """The padded array, and the sum over all neighbours up to depth of each element, what is not there counted as 0."""
    whole = padded(x, depth, boundary)
    zeros = [(b, a) if kind == "none" else (0, 0) for (b, a), kind in zip(depth, boundary)]
    all_ = np.pad(whole, zeros)
    total = np.zeros_like(x)
    for shift in itertools.product(*[range(b + a + 1) for b, a in depth]):
        total = total + all_[tuple(slice(s, s + n) for s, n in zip(shift, x.shape))]
    return {"depth": depth, "boundary": boundary, "padded": whole.tolist(), "sums": total.tolist()}


line = (np.arange(11) * 7 % 10).astype("f8")
square = (np.arange(56) * 37 % 101).reshape(7, 8).astype("f8")
cube = (np.arange(60) * 17 % 43).reshape(3, 4, 5).astype("f8")
both = lambda *depths: [[d, d] for d in depths]
record = {
    "overlap": [
        {
            "values": x.tolist(),
            "cases": [overlap(x, depth, boundary) for depth, boundary in cases],
        }
        for x, cases in (
            (line, [(both(d), [kind]) for d in (0, 1, 3, 11) for kind in ("none", "reflect", "periodic", "nearest", 5)]
             + [([[2, 0]], ["none"]), ([[0, 4]], ["reflect"]), ([[3, 1]], ["periodic"]), ([[30, 2]], ["nearest"]), ([[20, 20]], ["none"])]),
            (square, [(both(2, 1), [a, b]) for a in ("none", "reflect", "periodic", "nearest", -1) for b in ("none", "reflect", "periodic", "nearest", 9)]
             + [(both(0, 3), ["none", "reflect"]), ([[1, 2], [3, 0]], ["periodic", 4])]),
            (cube, [(both(1, 1, 1), ["reflect"] * 3), (both(1, 0, 2), ["nearest", "none", "periodic"]), (both(3, 4, 5), [7, "reflect", "periodic"])]),
        )
    ],
    "along": [
        {
            "axis": axis,
            "range": np.apply_along_axis(lambda v: v.max() - v.min(), axis, cube).tolist(),
            "cumsum": np.apply_along_axis(np.cumsum, axis, cube).tolist(),
            "ends": np.apply_along_axis(lambda v: v[[0, -1]], axis, cube).tolist(),
            "outer": np.apply_along_axis(lambda v: np.outer(v[:2], v[:2]), axis, cube).tolist(),
        }
        for axis in range(3)
    ],
    "cube": cube.tolist(),
}

with open(sys.argv[1], "w") as out:
    json.dump(record, out)
    out.write("\n")
