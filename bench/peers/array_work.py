"""The work of the case `array` in NumPy and in dask.array, which ../cases/array-work.ts has for sheaf.

NumPy is one process with the threads of its BLAS. dask.array has two workers of one thread on the same machine, and its
arrays are there (persisted) before a measure begins, as sheaf's are. Every measure gives its milliseconds and a number
that says whether the work was done.
"""
import gc
import time

import numpy as np


def formula(xp, rows, columns, dtype):
    """Numbers between 0 and 1 that all contestants make alike."""
    i = xp.arange(rows, dtype="int64")[:, None]
    j = xp.arange(columns, dtype="int64")[None, :]
    return ((i * 7919 + j * 104729) % 10007 / 10007).astype(dtype)


def matmul_input(xp, n, dtype):
    i = xp.arange(n, dtype="int64")
    return ((i[:, None] * 31 + i[None, :] * 17) % 101 / 101).astype(dtype)


class Numpy:
    xp = np

    def make(self, name, build, chunks):
        return build(np)

    def cut(self, x, chunks):
        return x

    def value(self, x):
        return float(np.ravel(x)[-1])

    def keep(self, x):
        """Made, and looked at in one place."""
        return float(x[-1, -1])

    def rechunk(self, x):
        return self.keep(np.asfortranarray(x))

    def sort(self, x):
        return np.sort(x, axis=1)

    def random(self, n):
        return np.random.default_rng(7).standard_normal((n, n))

    def svd(self, x):
        return np.linalg.svd(x, full_matrices=False)[1]

    def settle(self, kept):
        gc.collect()

    def close(self):
        pass


class Dask:
    def __init__(self):
        import dask.array
        from distributed import Client, LocalCluster

        self.xp = dask.array
        cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
        self.client = Client(cluster)

    def make(self, name, build, chunks):
        from distributed import wait

        x = build(np_like(self.xp, chunks)).rechunk(chunks).persist()
        wait(x)
        return x

    def value(self, x):
        return float(np.ravel(x.compute())[-1])

    def keep(self, x):
        from distributed import wait

        done = x.persist()
        wait(done)
        return float(done[-1, -1].compute())

    def rechunk(self, x):
        rows, columns = x.shape
        return self.keep(x.rechunk((rows, columns // 10)))

    def sort(self, x):
        return x.rechunk((x.shape[0] // 10, -1)).map_blocks(np.sort, axis=1)

    def random(self, n):
        return self.xp.random.RandomState(7).standard_normal((n, n), chunks=2000)

    def svd(self, x):
        return self.xp.linalg.svd(x)[1]

    def settle(self, kept):
        """Nothing is there but the input: what it found before would be found again."""
        gc.collect()
        most = 0 if kept is None else kept.npartitions
        tasks = self.client.cluster.scheduler.tasks
        while sum(task.state != "released" for task in list(tasks.values())) > most:
            time.sleep(0.01)

    def close(self):
        cluster = self.client.cluster
        self.client.close()
        cluster.close()


def np_like(xp, chunks):
    """dask.array whose `arange` is cut as its user wants it."""
    size = max(chunk for chunk in chunks if chunk > 0)

    class Cut:
        @staticmethod
        def arange(n, dtype):
            return xp.arange(n, dtype=dtype, chunks=min(n, size))

    return Cut


inputs = {
    "f32": (lambda n: lambda xp: formula(xp, n, n, "float32"), lambda n: (2000, 2000)),
    "f64": (lambda n: lambda xp: formula(xp, n, n, "float64"), lambda n: (2000, 2000)),
    "rows": (lambda n: lambda xp: formula(xp, n, n, "float64"), lambda n: (max(1, n // 10), n)),
    "tall": (lambda n: lambda xp: formula(xp, n, 50, "float64"), lambda n: (max(1, n // 20), 50)),
    "square-f32": (lambda n: lambda xp: matmul_input(xp, n, "float32"), lambda n: (1500, 1500)),
    "square-f64": (lambda n: lambda xp: matmul_input(xp, n, "float64"), lambda n: (1500, 1500)),
}

measures = {
    "fused": lambda p, x: p.value((p.xp.sqrt(x) + (2 * x + 1) ** 2).sum(dtype="float64")),
    "x_plus_xt_sum": lambda p, x: p.value((x + x.T).sum()),
    "mean_axis_0": lambda p, x: p.value(x.mean(axis=0)),
    "mean_axis_1": lambda p, x: p.value(x.mean(axis=1)),
    "std": lambda p, x: p.value(x.std()),
    "standardise": lambda p, x: p.keep((x - x.mean(axis=0)) / x.std(axis=0)),
    "matmul": lambda p, x: p.keep(x @ x),
    "rechunk": lambda p, x: p.rechunk(x),
    "sort": lambda p, x: p.keep(p.sort(x)),
    "histogram": lambda p, x: p.value(p.xp.histogram(x, bins=100, range=(0, 1))[0]),
    "svd": lambda p, x: p.value(p.svd(x)),
    "random": lambda p, x: p.keep(p.random(x)),
}

opened = {}
made = {}


def run(peer, measure, data, n):
    if peer not in opened:
        opened[peer] = {"numpy": Numpy, "dask.array": Dask}[peer]()
    it = opened[peer]
    if data is None:
        x = n
    else:
        # One input at a time: those of others would take memory.
        if made.get(peer, (None,))[0] != (data, n):
            made.pop(peer, None)
            gc.collect()
            it.settle(None)
            build, chunks = inputs[data]
            made[peer] = ((data, n), it.make(data, build(n), chunks(n)))
        x = made[peer][1]
    kept = made[peer][1] if peer in made else None
    it.settle(kept)
    start = time.perf_counter()
    result = measures[measure](it, x)
    ms = 1000 * (time.perf_counter() - start)
    it.settle(kept)
    return ms, result


def close():
    made.clear()
    while opened:
        opened.popitem()[1].close()
    return 0, None
