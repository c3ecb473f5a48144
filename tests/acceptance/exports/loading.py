"""Loads an XES and an OCEL log with pm4py, and prints what it found as JSON; run where pm4py is."""

import json
import sys
from typing import Any

import pm4py  # type: ignore[import-not-found]


def main(xes: str, ocel: str) -> None:
    """Print what pm4py makes of the two logs, on the last line."""
    traces: Any = pm4py.read_xes(xes, variant="iterparse")
    objects: Any = pm4py.read_ocel2_json(ocel)
    found = {
        "traces": sorted(traces["case:concept:name"].unique()),
        "events": sorted(traces["concept:name"]),
        "lifecycle": sorted(traces["lifecycle:transition"].unique()),
        "resources": sorted(traces["org:resource"].unique()),
        "times": str(traces["time:timestamp"].dtype),
        "activities": sorted(objects.events["ocel:activity"]),
        "objects": sorted(zip(objects.objects["ocel:type"], objects.objects["ocel:oid"], strict=True)),
        "related": sorted(zip(objects.o2o["ocel:oid"], objects.o2o["ocel:oid_2"], strict=True)),
        "model": len(pm4py.discover_dfg(traces)[0]),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
