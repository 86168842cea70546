"""What dask.bag makes of bags (Dask 2022.12.1, run in one thread).

    python3 make_bag.py bag.json

Items whose order Dask does not promise are sorted by their text.
"""
import json
import os
import sys
import tempfile
from operator import add, mul

import dask
import dask.bag as db

dask.config.set(scheduler="sync", shuffle="tasks")
record = {}


def parts(bag):
    """The items of each partition."""
    return [list(part) for part in dask.compute(*bag.to_delayed())]


def by_text(items):
    return sorted(items, key=str)


record["fromSequence"] = [
    [n, npartitions, size, [len(p) for p in parts(db.from_sequence(range(n), npartitions=npartitions, partition_size=size))]]
    for n in (0, 1, 7, 50, 99, 100, 101, 250, 1000)
    for npartitions, size in ((None, None), (1, None), (3, None), (8, None), (40, None), (None, 1), (None, 4), (None, 33))
    if n or not npartitions
]
record["range"] = [[n, k, [len(p) for p in parts(db.range(n, k))]] for n, k in ((5, 2), (10, 4), (100, 7), (8, 8), (9, 8))]

numbers = [(i * 7919) % 101 for i in range(60)]
words = ("the quick brown fox jumps over the lazy dog and the fox runs to the brown dog over and over").split()
people = [{"name": name, "age": (i * 13) % 7, "city": "ABC"[i % 3]} for i, name in enumerate(words)]
record["numbers"], record["words"], record["people"] = numbers, words, people

record["reductions"] = []
for npartitions in (1, 2, 7, 20, 60):
    b = db.from_sequence(numbers, npartitions=npartitions)
    record["reductions"].append({
        "npartitions": npartitions,
        "count": b.count().compute(), "sum": b.sum().compute(), "min": b.min().compute(), "max": b.max().compute(),
        "mean": b.mean().compute(), "std": b.std().compute(), "var": b.var(ddof=1).compute(),
        "any": b.any().compute(), "all": b.all().compute(),
        "fold": b.fold(add).compute(), "foldInitial": b.fold(add, initial=10).compute(),
        "foldCombine": b.fold(lambda n, x: n + x % 2, add, 0).compute(),
        "reduction": b.reduction(sum, max, split_every=3).compute(),
        "topk": b.topk(5).compute(), "topkKey": b.topk(5, key=lambda x: -x).compute(),
        "distinct": by_text(b.distinct().compute()),
        "accumulate": b.accumulate(add).compute(),
        "accumulateInitial": b.accumulate(add, initial=100).compute(),
        "take": list(b.take(3)), "takeAll": list(b.take(100, npartitions=-1)),
        "groupby": by_text([key, sorted(group)] for key, group in b.groupby(lambda x: x % 5).compute()),
        "foldby": by_text(list(pair) for pair in b.foldby(lambda x: x % 5, add, 0, add, 0).compute()),
        "foldbyInitial": by_text(list(pair) for pair in b.foldby(lambda x: x % 5, add, 0, add, 1000).compute()),
        "foldbyNothing": by_text(list(pair) for pair in b.foldby(lambda x: x % 5, mul).compute()),
    })

w = db.from_sequence(words, npartitions=4)
record["words of"] = {
    "frequencies": by_text(list(pair) for pair in w.frequencies().compute()),
    "counts": [count for _, count in w.frequencies(sort=True).compute()],
    "topk": list(w.topk(3, key=len).compute()),
    "distinct": by_text(len(word) for word in w.distinct(key=len).compute()),
    "max": w.max().compute(),
    "join": [list(pair) for pair in w.join(["tiger", "donkey", "dove"], lambda word: word[0]).compute()],
    "product": [list(pair) for pair in w.product(db.from_sequence([1, 2, 3], npartitions=2)).compute()],
    "zip": [list(pair) for pair in db.zip(w, w.map(len)).compute()],
    "concat": list(db.concat([w, w.map(str.upper)]).compute()),
    "flatten": list(w.map(list).flatten().compute()),
    "starmap": list(db.zip(w, w.map(len)).starmap(lambda word, n: word[n - 1]).compute()),
    "remove": list(w.remove(lambda word: "o" in word).compute()),
    "mapTwo": list(w.map(lambda a, b, n: a + "/" + b + str(n), w.map(str.upper), w.count()).compute()),
}
p = db.from_sequence(people, npartitions=3)
record["people of"] = {
    "pluck": list(p.pluck("name").compute()),
    "pluckTwo": [list(pair) for pair in p.pluck(["name", "age"]).compute()],
    "pluckDefault": list(p.pluck("size", 0).compute()),
    "groupby": by_text([city, sorted(one["name"] for one in group)] for city, group in p.groupby(lambda one: one["city"]).compute()),
    "foldby": by_text(list(pair) for pair in p.foldby("city", lambda total, one: total + one["age"], 0, add, 0).compute()),
    "oldest": [one["age"] for one in p.topk(4, key="age").compute()],
}

record["repartition"] = [
    [n, before, after, parts(db.from_sequence(range(n), npartitions=before).repartition(npartitions=after))]
    for n, before, after in ((10, 5, 2), (10, 5, 3), (11, 4, 1), (10, 2, 5), (10, 3, 7), (7, 1, 3), (40, 7, 5), (100, 8, 20))
]

record["randomSample"] = [
    [n, k, prob, seed, list(db.range(n, k).random_sample(prob, seed).compute())]
    for n, k, prob, seed in ((40, 4, 0.3, 7), (1000, 3, 0.02, 0), (20, 1, 0.5, 2**32 - 1), (30, 2, 0.4, 2**40 + 5), (5, 1, 0, 1), (5, 1, 1, 1))
]
record["unzip"] = [list(b.compute()) for b in db.from_sequence([(i, i + 1, i + 2) for i in range(10)], npartitions=3).unzip(3)]

record["readText"] = []
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "text.txt")
    for text in ("", "a", "a\n", "\n", "one\ntwo\nthree", "one\r\ntwo\r\n", "x\n\n\ny\n", "ä\nöü\n日本\n" * 5, "a|b|c\nd|", "ab--c--"):
        with open(path, "wb") as out:
            out.write(text.encode())
        for delimiter in (None, "|", "--"):
            if delimiter and delimiter not in text:
                continue
            record["readText"].append([text, delimiter, list(db.read_text(path, linedelimiter=delimiter, encoding="utf-8").compute())])

    files = db.from_sequence(words, npartitions=3).to_textfiles(os.path.join(folder, "out-*.txt"))
    record["toTextFiles"] = [[os.path.basename(name), open(name).read()] for name in files]
    files = db.from_sequence(words, npartitions=12).to_textfiles(os.path.join(folder, "many"), last_endline=True)
    record["toTextFiles folder"] = [[os.path.basename(name), open(name).read()] for name in files]

with open(sys.argv[1], "w") as out:
    json.dump(record, out, separators=(",", ":"))
