"""Prints partition/offset pairs of the Delta tables argv[1:], read with delta-rs, as JSON by table."""

import json
import os
import sys

from deltalake import DeltaTable


def offsets(table):
    rows = DeltaTable(table).to_pyarrow_table(columns=["_partition", "_offset"]).to_pylist()
    return sorted([row["_partition"], row["_offset"]] for row in rows)


print(json.dumps({table: offsets(table) for table in sys.argv[1:]}), flush=True)
# The reader's threads may abort an orderly exit.
os._exit(0)
