"""What dask.distributed adds to work that is nothing, measured in the process of its client: see ../cases/overhead.ts.

Every measure gives its milliseconds and a number that says whether the work was done. Functions live in this module, so
they go to the workers by name, which is the cheapest that dask has.
"""
import gc
import time

import dask
import numpy as np
from distributed import Client, LocalCluster, wait

# By name: settings of dask, then those of the client.
settings = {
    "default": ({}, {}),
    "tuned": ({"distributed.scheduler.worker-saturation": float("inf")}, {"direct_to_workers": True}),
}

clients = {}


def open_client(setting):
    config, options = settings[setting]
    with dask.config.set(config):
        cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
        return Client(cluster, **options)


def close_client(client):
    cluster = client.cluster
    client.close()
    cluster.close()


def run(setting, measure, params):
    if measure == "cluster_start":
        return cluster_start(setting, **params)
    if setting not in clients:
        clients[setting] = open_client(setting)
    client = clients[setting]
    try:
        return measures[measure](client, **params)
    finally:  # the next measure finds nothing of this one
        gc.collect()
        while client.cluster.scheduler.tasks:
            time.sleep(0.01)


def close():
    while clients:
        close_client(clients.popitem()[1])
    return 0, None


def increment(x):
    return x + 1


def add(a, b):
    return a + b


def ramp(n, first):
    return np.arange(first, first + n, dtype=np.float64)


def last(x):
    return float(x[-1])


def cluster_start(setting, n, first):  # one task, so n is 1
    start = time.perf_counter()
    client = open_client(setting)
    result = client.submit(increment, first).result()
    ms = ms_since(start)
    close_client(client)
    return ms, result


def map_gather(client, n, first):
    start = time.perf_counter()
    futures = client.map(increment, range(first, first + n))
    results = client.gather(futures)
    return ms_since(start), sum(results)


def tree(client, n, first):
    start = time.perf_counter()
    level = range(first, first + n)
    while len(level) > 1:
        level = [client.submit(add, level[i], level[i + 1]) for i in range(0, len(level), 2)]
    result = level[0].result()
    return ms_since(start), result


def chain(client, n, first):
    start = time.perf_counter()
    x = first
    for _ in range(n):
        x = client.submit(increment, x)
    result = x.result()
    return ms_since(start), result


def round_trip(client, n, first):
    start = time.perf_counter()
    total = 0
    for x in range(first, first + n):
        total += client.submit(increment, x).result()
    return ms_since(start), total


def transfer(client, n, first):
    here, there = client.scheduler_info()["workers"]
    x = client.submit(ramp, n, first, workers=[here])
    wait(x)
    start = time.perf_counter()
    result = client.submit(last, x, workers=[there]).result()
    return ms_since(start), result


def gather(client, n, first):
    x = client.submit(ramp, n, first)
    wait(x)
    start = time.perf_counter()
    [value] = client.gather([x])
    return ms_since(start), last(value)


def ms_since(start):
    return 1000 * (time.perf_counter() - start)


measures = {measure.__name__: measure for measure in (map_gather, tree, chain, round_trip, transfer, gather)}
