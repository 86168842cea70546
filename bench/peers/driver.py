"""Times the Python peers of the benchmark: reads requests from stdin and answers on stdout, one JSON object a line.

    {"op": "grid_search", "params": {...}}  ->  {"ms": 812.3, "result": [...]}  or  {"error": "..."}

The process lives as long as the benchmark, so that imports, the start of Python and the start of joblib's worker
processes are in no measure.
"""
import json
import os
import sys
import time
import traceback


def digits_half(split, odd_even):
    """The training half of the digits that `split` draws; or so many rows of it, told odd from even."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    X, _, y, _ = train_test_split(digits.data, digits.target, test_size=0.5, random_state=split)
    return (X, y) if odd_even is None else (X[:odd_even], y[:odd_even] % 2)


def grid_search(split, odd_even, grid, scoring, cv, n_jobs):
    """One search after another over the same data, one for each scoring."""
    from joblib import Parallel, delayed
    from sklearn.model_selection import GridSearchCV
    from sklearn.svm import SVC

    X, y = digits_half(split, odd_even)
    if n_jobs != 1:  # joblib lets its workers go when they have been idle for long: have them there again
        Parallel(n_jobs=n_jobs)(delayed(abs)(i) for i in range(64))
    start = time.perf_counter()
    searches = [GridSearchCV(SVC(), grid, scoring=each, cv=cv, n_jobs=n_jobs).fit(X, y) for each in scoring]
    ms = 1000 * (time.perf_counter() - start)
    result = [
        {"bestParams": search.best_params_, "meanTestScore": search.cv_results_["mean_test_score"].tolist()}
        for search in searches
    ]
    return ms, result


def dask_client(threads):
    """A client of a new dask cluster of one worker with so many threads, in this process."""
    from distributed import Client

    start = time.perf_counter()
    client = Client(processes=False, n_workers=1, threads_per_worker=threads, dashboard_address=None)
    client.wait_for_workers(1)
    ms = 1000 * (time.perf_counter() - start)
    client.shutdown()
    return ms, None


def dask_overhead(setting, measure, params):
    import dask_overhead as overhead

    return overhead.run(setting, measure, params)


def dask_primes(workers, numbers, sleeps, divisors):
    import dask_primes as primes

    return primes.run(workers, numbers, sleeps, divisors)


def dask_close():
    """Lets go of the clusters that dask_overhead opened."""
    opened = sys.modules.get("dask_overhead")
    return opened.close() if opened else (0, None)


def arrays(peer, measure, data, n):
    import array_work

    return array_work.run(peer, measure, data, n)


def arrays_close():
    opened = sys.modules.get("array_work")
    return opened.close() if opened else (0, None)


ops = {
    op.__name__: op
    for op in (grid_search, dask_client, dask_overhead, dask_primes, dask_close, arrays, arrays_close)
}


def answer_all():
    # What libraries and their child processes print goes to stderr, so that it cannot get between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            request = json.loads(line)
            ms, result = ops[request["op"]](**request["params"])
            answer = {"ms": ms, "result": result}
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":  # the processes of dask's workers import this file
    answer_all()
