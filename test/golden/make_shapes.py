"""Random programs of shape operations and what NumPy makes of them, and creation with its values.

    /usr/bin/python3 test/golden/make_shapes.py > test/golden/shapes.json
"""

import json
import math
import random
import struct

import numpy as np

random.seed(7)
MOST = 120  # elements


def values(a):
    """JSON has no bools among numbers, infinities or big integers: as texts."""
    if a.dtype.kind == "f":
        return [float(x) for x in a.ravel()]
    return [int(x) for x in a.ravel()]


def chunks_of(shape):
    cut = []
    for extent in shape:
        sizes = []
        left = extent
        while left > 0:
            size = random.randint(1, left) if random.random() < 0.8 else min(left, random.randint(1, 3))
            sizes.append(size)
            left -= size
        cut.append(sizes or [0])
    return cut


def factors(size, ndim):
    shape = [1] * ndim
    for p in (2, 3, 5, 7, 11, 13):
        while size % p == 0:
            shape[random.randrange(ndim)] *= p
            size //= p
    shape[random.randrange(ndim)] *= size
    return shape


def axis_of(a):
    return random.randrange(-a.ndim, a.ndim)


def some_axes(a):
    axes = random.sample(range(a.ndim), random.randint(1, a.ndim))
    return axes[0] if len(axes) == 1 else axes


def reshape(a):
    shape = factors(a.size, random.randint(1, 4)) if a.size else [0, 2, 3][: random.randint(1, 3)]
    asked = list(shape)
    if a.size and random.random() < 0.4:
        asked[random.randrange(len(asked))] = -1
    return [asked], a.reshape(shape)


def ravel(a):
    return [], a.ravel()


def transpose(a):
    order = random.sample(range(a.ndim), a.ndim)
    return [order], a.transpose(order)


def moveaxis(a):
    source, target = axis_of(a), axis_of(a)
    return [source, target], np.moveaxis(a, source, target)


def swapaxes(a):
    axes = axis_of(a), axis_of(a)
    return list(axes), a.swapaxes(*axes)


def squeeze(a):
    return [], a.squeeze()


def expand_dims(a):
    axis = random.randrange(-a.ndim - 1, a.ndim + 1)
    return [axis], np.expand_dims(a, axis)


def flip(a):
    axes = some_axes(a)
    return [axes], np.flip(a, axes if isinstance(axes, int) else tuple(axes))


def rot90(a):
    if a.ndim < 2:
        return None
    k, axes = random.randint(-3, 4), random.sample(range(a.ndim), 2)
    return [k, axes], np.rot90(a, k, axes)


def roll(a):
    if random.random() < 0.3:
        shift = random.randint(-20, 20)
        return [shift], np.roll(a, shift)
    axes = random.sample(range(a.ndim), random.randint(1, a.ndim))
    shift = [random.randint(-9, 9) for _ in axes]
    return [shift, axes], np.roll(a, shift, axes)


def repeat(a):
    axis = axis_of(a)
    if random.random() < 0.5:
        times = random.randint(0 if random.random() < 0.2 else 1, 4)
    else:
        times = [random.randint(0, 3) for _ in range(a.shape[axis])]
    if random.random() < 0.2 and isinstance(times, int):
        return [times], a.repeat(times)
    return [times, axis], a.repeat(times, axis)


def tile(a):
    reps = [random.choice((1, 1, 2, 3)) for _ in range(random.randint(1, a.ndim + 1))]
    return [reps], np.tile(a, reps)


def broadcast_to(a):
    shape = [random.randint(1, 3) if n == 1 else n for n in a.shape]
    shape = [random.randint(1, 3)] * random.randint(0, 1) + shape
    return [shape], np.broadcast_to(a, shape)


def pad(a):
    mode = random.choice(("constant", "edge", "reflect", "symmetric", "wrap", "linear_ramp"))
    if 0 in a.shape:
        mode = "constant"
    # NumPy before 1.25 wraps wrongly beyond the extent.
    most = [n if mode == "wrap" else 2 * n + 2 for n in a.shape]
    width = [[random.randint(0, min(5, n)), random.randint(0, min(5, n))] for n in most]
    if mode == "constant" and random.random() < 0.5:
        fill = [[random.randint(0, 9), random.randint(0, 9)] for _ in a.shape]
        return [width, mode, {"constantValues": fill}], np.pad(a, width, mode, constant_values=fill)
    if mode == "linear_ramp":
        if a.dtype.kind == "u":
            return None
        return [width, mode, {"endValues": -3}], np.pad(a, width, mode, end_values=-3)
    return [width, mode], np.pad(a, width, mode)


def rechunk(a):
    return [chunks_of(a.shape)], a


def concatenate(a):
    axis = axis_of(a)
    return [axis], np.concatenate([a, np.flip(a, axis), a], axis)


def concatenate_wide(a):
    return [], np.concatenate([a.ravel(), np.full(2, 1.5, "float32")])


def stack(a):
    axis = random.randrange(-a.ndim - 1, a.ndim + 1)
    return [axis], np.stack([a, np.flip(a, 0)], axis)


def hstack(a):
    return [], np.hstack([a, a])


def vstack(a):
    return [], np.vstack([a, a])


def dstack(a):
    return [], np.dstack([a, a])


def tril(a):
    k = random.randint(-3, 3)
    return [k], np.tril(a, k)


def triu(a):
    k = random.randint(-3, 3)
    return [k], np.triu(a, k)


def diag(a):
    if a.ndim > 2 or a.size > 20:
        return None
    k = random.randint(-3, 3)
    if a.ndim == 2 and not -a.shape[0] <= k <= a.shape[1]:
        return None
    return [k], np.diag(a, k)


def diagonal(a):
    if a.ndim < 2:
        return None
    axes = random.sample(range(a.ndim), 2)
    k = random.randint(-2, 2)
    return [k, *axes], np.diagonal(a, k, *axes)


def split(a):
    axis, count = axis_of(a), random.randint(1, 4)
    i = random.randrange(count)
    return [count, axis, i], np.array_split(a, count, axis)[i]


def insert(a):
    axis = axis_of(a)
    n = a.shape[axis]
    index = random.randint(-n, n)
    if random.random() < 0.5:
        index = [random.randint(-n, n) for _ in range(random.randint(2, 3))]
    return [index, 7, axis], np.insert(a, index, 7, axis)


def delete(a):
    axis = axis_of(a)
    n = a.shape[axis]
    index = [random.randrange(-n, n) for _ in range(random.randint(0, 3))] if n else []
    return [index, axis], np.delete(a, np.array(index, int), axis)


def add_flipped(a):
    return [], a + np.flip(a)


camel = {
    "expand_dims": "expandDims",
    "broadcast_to": "broadcastTo",
    "concatenate_wide": "concatenateWide",
    "add_flipped": "addFlipped",
}
operations = [
    reshape, reshape, reshape, ravel, transpose, moveaxis, swapaxes, squeeze, expand_dims, flip, rot90, roll, roll,
    repeat, tile, broadcast_to, pad, pad, rechunk, rechunk, concatenate, concatenate_wide, stack, hstack, vstack,
    dstack, tril, triu, diag, diagonal, split, insert, delete, add_flipped,
]  # fmt: skip


def program():
    ndim = random.choice((1, 2, 2, 3, 4))
    shape = [random.choice((1, 2, 3, 4, 5, 6, 7, 12) if ndim < 4 else (1, 2, 3)) for _ in range(ndim)]
    if random.random() < 0.04:
        shape[random.randrange(ndim)] = 0
    dtype = random.choice(("int64", "int64", "float64", "float32", "int32", "uint8", "int16", "bool"))
    a = np.arange(math.prod(shape)).astype(dtype).reshape(shape)
    base = {"shape": shape, "dtype": dtype, "chunks": chunks_of(shape)}
    steps = []
    wanted = random.randint(1, 5)
    while len(steps) < wanted:
        operation = random.choice(operations)
        if a.ndim == 0:
            operation = random.choice((expand_dims, ravel))
        done = operation(a)
        if done is None or done[1].size > MOST or done[1].ndim > 5:
            continue
        args, a = done
        steps.append([camel.get(operation.__name__, operation.__name__), *args])
    return {"base": base, "steps": steps, "shape": list(a.shape), "dtype": str(a.dtype), "data": values(a)}


def bits(a):
    """Floats to the last bit."""
    return [struct.pack(">d", float(x)).hex() for x in np.asarray(a, "float64").ravel()]


def created():
    cases = []

    def case(name, args, a, exact=True):
        cases.append({"name": name, "args": args, "dtype": str(a.dtype), "shape": list(a.shape), "exact": exact, "bits": bits(a)})

    for args in [(5,), (2, 9), (9, 2, -3), (0.0, 1.05, 0.1), (1.1, 9.7, 0.7), (5.5,), (-3.3, 4.4, 1.1), (3, 3), (1, 0), (0.1, 0.8, 0.1)]:
        whole = [int(x) if float(x).is_integer() else x for x in args]
        case("arange", list(args), np.arange(*whole))
    for dtype in ("float32", "int32", "uint8", "int64"):
        case("arange", [0.5, 9.5, 0.7, {"dtype": dtype}], np.arange(0.5, 9.5, 0.7, dtype))
        case("arange", [1, 12, 2, {"dtype": dtype}], np.arange(1, 12, 2, dtype))
    for _ in range(30):
        start, stop = random.uniform(-5, 5), random.uniform(-50, 50)
        step = random.uniform(0.1, 3) * (1 if stop > start else -1)
        case("arange", [start, stop, step], np.arange(start, stop, step))
        num = random.randint(0, 30)
        case("linspace", [start, stop, num], np.linspace(start, stop, num))
        case("linspace", [start, stop, num, {"endpoint": False}], np.linspace(start, stop, num, endpoint=False))
        case("logspace", [start, stop / 10, num], np.logspace(start, stop / 10, num), False)
        case("geomspace", [abs(start) + 0.1, abs(stop) + 1, num], np.geomspace(abs(start) + 0.1, abs(stop) + 1, num), False)
    case("linspace", [2, 2, 4], np.linspace(2, 2, 4))
    case("linspace", [0, 5e-324, 4], np.linspace(0, 5e-324, 4))
    case("linspace", [-3, 3, 8, {"dtype": "int32"}], np.linspace(-3, 3, 8, dtype="int32"))
    case("linspace", [0, 1, 7, {"dtype": "float32"}], np.linspace(0, 1, 7, dtype="float32"))
    case("logspace", [0, 9, 10, {"base": 2}], np.logspace(0, 9, 10, base=2))
    case("geomspace", [-1, -1000, 4], np.geomspace(-1, -1000, 4), False)
    for rows, columns, k in [(3, 3, 0), (4, 7, 2), (7, 4, -1), (2, 3, 5), (0, 3, 0)]:
        case("eye", [rows, columns, k], np.eye(rows, columns, k))
        case("tri", [rows, columns, k], np.tri(rows, columns, k))
    case("identity", [4], np.identity(4))
    case("full", [[2, 3], 7], np.full([2, 3], 7))
    case("full", [[2], 7.5], np.full(2, 7.5))
    case("full", [[2], True], np.full(2, True))
    for shape in [[2, 3], [4], [2, 1, 3], []]:
        case("indices", [shape], np.indices(shape))
    return cases


print(json.dumps({"programs": [program() for _ in range(600)], "created": created()}, separators=(",", ":")))
