"""Texts as Python 3.11 prints them.

    python3 make_format.py format.json
"""
import datetime
import json
import random
import struct
import sys

random.seed(1)


def any_double():
    while True:
        (x,) = struct.unpack("<d", random.randbytes(8))
        if x == x and abs(x) != float("inf"):
            return x


floats = [0.1, 1e-5, 1e-4, 0.00012345, 123456.789, 1.5e16, 1e16, 1e17, 1.5e300, 5e-324, -2.5e-7, -0.5, 1e22, 9007199254740992.0,
          1.7976931348623157e308, -1e-5, 0.001, 1 / 3, 100.5] + [any_double() for _ in range(40)]
floats = [x for x in floats if not (x.is_integer() and abs(x) < 2**53)]
ties = [0.5, 1.5, 2.5, -0.5, -2.5, 0.125, 0.375, -0.125, 0.0005, 0.0015, 1.0005, 2.675, 1.005, 0.045, 1e21, 1e22 / 3, -0.0, 0.0,
        -1e-9, 0.9995, 0.99951171875, 9.5, 99.5, 1e-7, 5e-324, 0.00048828125, 123456789.0625]
numbers = ties + [random.random() for _ in range(30)] + [random.randrange(4096) / 512 for _ in range(40)]
values = [
    {"C": 10, "gamma": 0.001, "kernel": "rbf"}, {}, [], [1, "a", None, True, False, 0.5], {"a": {"b": [1]}},
    "it's", 'say "hi"', "both ' and \"", "back\\slash", "line\nbreak\ttab\r", "\x00\x1f\x7f\x80\xa0\xad", "é ü 漢字 \U0001f600",
    "\u200b\u2028\ue000\U000e0001", "", 0, -7, 9007199254740991,
]
spans = [0, 1, 0.001, 999.999, 1000, 13191.599, 59999.9996, 60000, 3599999.9999, 3600000, 86399999, 86400000, 86400001.5, 172800000,
         -1, -0.001, -86400000, -86400001, -172800001, 123456789.123, 31536000000.0, 0.0005, 0.0015, 0.0025, 0.00049]

with open(sys.argv[1], "w") as out:
    json.dump({
        "floats": [[x, repr(x)] for x in floats],
        "values": [[v, repr(v)] for v in values],
        "fixed": [[x, digits, "%.*f" % (digits, x)] for x in numbers for digits in (0, 2, 3)]
                 + [[x, 30, "%.30f" % x] for x in ties],
        "timedelta": [[ms, str(datetime.timedelta(microseconds=ms * 1000))] for ms in spans],
    }, out, separators=(",", ":"))
