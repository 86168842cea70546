"""What NumPy says of products of arrays and of linear algebra.

    python3 make_linalg.py linalg.json
"""
import json
import random
import sys

import numpy as np

random.seed(4)
np.random.seed(4)
np.seterr(all="ignore")

DTYPES = ["bool", "int8", "uint8", "int16", "int32", "uint32", "int64", "uint64", "float32", "float64"]


def array(shape, dtype):
    if dtype == "bool":
        return np.random.rand(*shape) < 0.3
    if shape == ():
        return np.array(3, dtype)
    if dtype.startswith("float"):
        return np.random.randint(-9, 10, shape).astype(dtype) / 4
    return np.random.randint(0, 100, shape).astype(dtype)


def plain(x):
    x = np.asarray(x)
    return {"dtype": str(x.dtype), "shape": list(x.shape), "data": [v.item() for v in x.ravel()]}


def case(call, args, result, extra=None):
    return {"call": call, "args": [plain(a) for a in args], "extra": extra, "result": plain(result)}


cases = []


def pair():
    one = random.choice(DTYPES)
    return one, one if random.random() < 0.6 else random.choice(DTYPES)


def side():
    return random.choice([0, 1, 2, 3, 5, 7]) if random.random() < 0.2 else random.choice([2, 3, 5, 7])


for _ in range(60):
    one, other = pair()
    m, k, n = side(), side(), side()
    stacks = random.choice([((), ()), ((), ()), ((3,), ()), ((), (2,)), ((2, 3), (3,)), ((2, 1), (1, 4)), ((1,), (3,))])
    left = random.choice([(m, k), (m, k), (m, k), (k,)])
    right = random.choice([(k, n), (k, n), (k, n), (k,)])
    a = array((stacks[0] if len(left) == 2 else ()) + left, one)
    b = array((stacks[1] if len(right) == 2 else ()) + right, other)
    cases.append(case("matmul", [a, b], np.matmul(a, b)))

for _ in range(30):
    one, other = pair()
    k = side()
    a = array(random.choice([(k,), (3, k), (2, 3, k)]), one)
    b = array(random.choice([(k,), (k, 4), (2, k, 4)]), other)
    cases.append(case("dot", [a, b], np.dot(a, b)))
    b = array(random.choice([(k,), (4, k), (2, 4, k)]), other)
    cases.append(case("inner", [a, b], np.inner(a, b)))

for axes, one, other in [
    (0, (2, 3), (4,)), (1, (2, 3), (3, 4)), (2, (2, 3, 4), (3, 4, 5)), (3, (2, 3, 4), (2, 3, 4)),
    ([[0, 1], [1, 0]], (3, 4, 5), (4, 3, 2)), ([[2], [0]], (3, 4, 5), (5, 2)), ([[-1], [-1]], (3, 5), (4, 5)),
    ([[0, 2], [2, 0]], (3, 4, 5), (5, 2, 3)), ([1, 1], (4, 3), (5, 3)),
]:
    for dtype in ["float64", "int32", "float32"]:
        a, b = array(one, dtype), array(other, dtype)
        cases.append(case("tensordot", [a, b], np.tensordot(a, b, axes), axes))

EINSUMS = [
    ("ii", [(4, 4)]), ("ii->i", [(4, 4)]), ("iij->ij", [(3, 3, 5)]), ("iji->j", [(4, 3, 4)]), ("ij->ji", [(3, 5)]), ("ji", [(3, 5)]),
    ("ij->", [(3, 5)]), ("ij->i", [(3, 5)]), ("i,i", [(7,), (7,)]), ("i,i->i", [(7,), (7,)]), ("i,j", [(3,), (4,)]),
    ("ij,jk", [(3, 4), (4, 5)]), ("ij,jk->ki", [(3, 4), (4, 5)]), ("ij,kj->ik", [(3, 4), (5, 4)]), ("ij,j", [(3, 4), (4,)]),
    ("ij,ij->i", [(3, 4), (3, 4)]), ("bij,bjk->bik", [(2, 3, 4), (2, 4, 5)]), ("bij,bjk->ikb", [(2, 3, 4), (2, 4, 5)]),
    ("...ij,...jk->...ik", [(2, 3, 4), (2, 4, 5)]), ("...ij,jk", [(2, 2, 3, 4), (4, 5)]), ("i...,j...->...ij", [(3, 2), (4, 2)]),
    ("...,...", [(3, 4), (4,)]), ("ijk,jil->kl", [(3, 4, 5), (4, 3, 2)]), ("ij,jk,kl", [(3, 4), (4, 2), (2, 6)]),
    ("ij,jk,kl,lm->mi", [(3, 4), (4, 2), (2, 6), (6, 3)]), ("ai,bi,ci->abc", [(2, 4), (3, 4), (5, 4)]), ("ij,ik,jk->", [(3, 4), (3, 5), (4, 5)]),
    ("ij,kl->ijkl", [(2, 3), (4, 2)]), ("ii,jj->ij", [(3, 3), (4, 4)]), ("ij,jk->k", [(3, 4), (4, 5)]), ("abcd,cdef->abef", [(2, 3, 2, 3), (2, 3, 3, 2)]),
    ("ij,jk", [(3, 1), (4, 5)]), (" i j , j k -> i k ", [(3, 4), (4, 5)]), ("aabb->ab", [(2, 2, 3, 3)]), (",i->i", [(), (3,)]),
]
for subscripts, shapes in EINSUMS:
    for dtype in ["float64", "int32", "int8"]:
        arrays = [array(shape, dtype) for shape in shapes]
        cases.append(case("einsum", arrays, np.einsum(subscripts, *arrays), subscripts))

for one, other in [((3,), (4,)), ((2, 3), (2, 2)), ((), (3,))]:
    a, b = array(one, "int16"), array(other, "float64")
    cases.append(case("outer", [a, b], np.outer(a, b)))
for one, other in [((5,), (5,)), ((2, 3), (2, 3)), ((2, 3), (3, 2)), ((0,), (0,))]:
    a, b = array(one, "int16"), array(other, "float64")
    cases.append(case("vdot", [a, b], np.vdot(a, b)))

for shape, axes in [
    ((5, 5), (0, 0, 1)), ((3, 4, 4), (0, 1, 2)), ((4, 3, 4), (0, 0, 2)), ((4, 3, 4), (0, -1, 0)), ((5, 3), (0, 0, 1)), ((4, 6), (2, 0, 1)),
    ((4, 6), (-1, 0, 1)), ((2, 5, 4), (1, 2, 0)),
]:
    for dtype in ["int8", "uint16", "float32", "bool"]:
        a = array(shape, dtype)
        cases.append(case("trace", [a], np.trace(a, *axes), axes))

for ord in [None, 0, 1, 2, 3, -1, -2, 0.5, "inf", "-inf"]:
    for shape, axis in [((7,), None), ((4, 6), 0), ((4, 6), 1), ((3, 4, 5), -2)]:
        a = array(shape, "float64") + 0.1
        value = float(ord) if isinstance(ord, str) else ord
        cases.append(case("norm", [a], np.linalg.norm(a, value, axis), [ord, axis, False]))
for ord in [None, "fro", "nuc", 1, 2, -1, -2, "inf", "-inf"]:
    value = float(ord) if isinstance(ord, str) and "inf" in ord else ord
    for shape in [(4, 6), (6, 4), (5, 5)]:
        a = array(shape, "float64") + 0.1
        cases.append(case("norm", [a], np.linalg.norm(a, value), [ord, None, False]))
        cases.append(case("norm", [a], np.linalg.norm(a, value, (0, 1), True), [ord, [0, 1], True]))
    if value not in ["nuc", 2, -2]:
        a = array((3, 4, 5), "float64")
        cases.append(case("norm", [a], np.linalg.norm(a, value, (2, 0)), [ord, [2, 0], False]))
a = array((4, 5), "int32")
cases.append(case("norm", [a], np.linalg.norm(a), [None, None, False]))
a = array((4, 5), "float32")
cases.append(case("norm", [a], np.linalg.norm(a), [None, None, False]))

for m, n in [(1, 1), (5, 5), (20, 4), (33, 7), (4, 9), (12, 12), (24, 24)]:
    for dtype in ["float64", "float32", "int32"]:
        a = (np.random.randint(-50, 50, (m, n)) / (1 if dtype == "int32" else 8)).astype(dtype)
        cases.append(case("svd", [a], np.linalg.svd(a, compute_uv=False)))
        cases.append(case("r", [a], np.abs(np.linalg.qr(a)[1])))
        if m == n:
            b = (np.random.randint(-50, 50, (m, 3)) / 8).astype("float64")
            cases.append(case("solve", [a, b], np.linalg.solve(a, b)))
            cases.append(case("solve", [a, b[:, 0]], np.linalg.solve(a, b[:, 0])))
            cases.append(case("inv", [a], np.linalg.inv(a)))
            cases.append(case("det", [a], np.linalg.det(a)))
            p = a.astype("float64") @ a.T + np.eye(m)
            cases.append(case("cholesky", [p], np.linalg.cholesky(p)))
            cases.append(case("solvePositive", [p, b], np.linalg.solve(p, b)))
            cases.append(case("upper", [a, b], np.linalg.solve(np.triu(p), b), None) | {"args": [plain(p), plain(b)]})
            cases.append(case("lower", [a, b], np.linalg.solve(np.tril(p), b), None) | {"args": [plain(p), plain(b)]})
        b = (np.random.randint(-50, 50, (m, 2)) / 8).astype("float64")
        x, residuals, rank, s = np.linalg.lstsq(a, b, rcond=None)
        cases.append(case("lstsq", [a, b], x, int(rank)))
        cases.append(case("lstsq", [a, b[:, 0]], np.linalg.lstsq(a, b[:, 0], rcond=None)[0], int(rank)))

# A matrix that lacks rank has a shortest solution; one that pivots within blocks would not do for; a singular one.
a = np.outer(np.arange(1.0, 9), [1, 2, 3]) + np.outer(np.ones(8), [0, 1, 0])
b = np.arange(8.0)
x, _, rank, _ = np.linalg.lstsq(a, b, rcond=None)
cases.append(case("lstsq", [a, b], x, int(rank)))
a = np.roll(np.eye(9), 4, axis=0) + 0.0
cases.append(case("solve", [a, np.arange(9.0)], np.linalg.solve(a, np.arange(9.0))))
cases.append(case("det", [a], np.linalg.det(a)))
cases.append(case("det", [np.ones((4, 4))], 0.0))

with open(sys.argv[1], "w") as file:
    json.dump([c for c in cases if np.isfinite(c["result"]["data"]).all()], file, separators=(",", ":"))
    file.write("\n")
