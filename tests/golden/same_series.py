"""Reads an OpenMetrics page on stdin with the reference parser, and the 0.0.4 page of the same
moment from the file given. Ends with 0 when both hold the same series with the same values."""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text_0_0_4


def series(families):
    found = {}
    for family in families:
        if not family.documentation:
            sys.exit(f"{family.name}: no help text")
        for sample in family.samples:
            # An empty label value and an absent label are the same series.
            labels = tuple(sorted((k, v) for k, v in sample.labels.items() if v))
            key = (family.type, sample.name, labels)
            if key in found:
                sys.exit(f"{key}: twice")
            found[key] = sample.value
    return found


def main():
    new = series(openmetrics(sys.stdin.buffer.read().decode("utf-8")))
    with open(sys.argv[1], encoding="utf-8", newline="") as page:
        old = series(text_0_0_4(page.read()))
    if not new:
        sys.exit("no series at all")
    if new.keys() != old.keys():
        sys.exit(f"not the same series: {sorted(new.keys() ^ old.keys())}")
    for key, value in new.items():
        # The 0.0.4 serializer writes 16 significant digits.
        if abs(value - old[key]) > 1e-15 * max(abs(value), 1):
            sys.exit(f"{key}: {value!r} is not {old[key]!r}")


main()
