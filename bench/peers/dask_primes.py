"""The primes program of ../cases/primes.ts with dask.distributed: a map over numbers, each with its sleep, and a gather."""
import time

from distributed import Client


def try_number(n, ms, divisors):
    """Whether no small divisor goes into n, after a sleep; and how long that took."""
    start = time.perf_counter()
    time.sleep(ms / 1000)
    is_prime = all(n % divisor for divisor in range(2, divisors))
    return is_prime, 1000 * (time.perf_counter() - start)


def run(workers, numbers, sleeps, divisors):
    """Milliseconds of the map and the gather; how many passed, and how long the tasks took together."""
    client = Client(processes=False, n_workers=workers, threads_per_worker=1, dashboard_address=None)
    try:
        client.wait_for_workers(workers)
        client.gather(client.map(abs, range(workers)))
        start = time.perf_counter()
        found = client.gather(client.map(try_number, numbers, sleeps, divisors=divisors, pure=False))
        ms = 1000 * (time.perf_counter() - start)
    finally:
        client.shutdown()
    return ms, {"count": sum(passed for passed, _ in found), "taskMs": sum(ms for _, ms in found)}
