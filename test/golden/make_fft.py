"""What NumPy says of Fourier transforms; complex numbers in pairs.

    python3 make_fft.py fft.json
"""
import json
import sys

import numpy as np

np.random.seed(2)


def plain(x):
    x = np.asarray(x)
    if np.iscomplexobj(x):
        x = np.stack([x.real, x.imag], -1)
    return {"shape": list(x.shape), "data": x.ravel().tolist()}


cases = []
for shape, axis in [((1,), -1), ((2,), -1), ((8,), -1), ((7,), 0), ((12,), -1), ((97,), -1), ((3, 10), -1), ((6, 5), 0), ((4, 9, 3), 1), ((2, 16, 3), -2)]:
    real = np.random.randint(-99, 100, shape) / 8
    z = real + 1j * np.random.randint(-99, 100, shape) / 8
    size = shape[axis]
    for n in {None, size, 2 * size + 1, max(1, size - 2)}:
        for norm in ["backward", "ortho", "forward"][: 3 if n is None else 1]:
            for name, x in [("fft", z), ("ifft", z), ("rfft", real), ("irfft", z)]:
                if name == "irfft" and n is None and size == 1:
                    continue
                result = getattr(np.fft, name)(x, n, axis, norm)
                cases.append({"call": name, "x": plain(x), "n": n, "axis": axis, "norm": norm, "result": plain(result)})

with open(sys.argv[1], "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
