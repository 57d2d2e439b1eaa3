"""Prints how many different (_epoch, _kafka_partition, _offset) and how many rows the Delta table argv[1] has, read with delta-rs."""

import json
import os
import sys

from deltalake import DeltaTable

rows = DeltaTable(sys.argv[1]).to_pyarrow_table(columns=["_epoch", "_kafka_partition", "_offset"]).to_pylist()
places = {(row["_epoch"], row["_kafka_partition"], row["_offset"]) for row in rows}
print(json.dumps({"rows": len(rows), "places": len(places)}), flush=True)
# The reader's threads may abort an orderly exit.
os._exit(0)
