"""Reads the Delta table argv[1] as of version argv[2] with delta-rs, and prints it as JSON."""

import json
import sys

from deltalake import DeltaTable

table = DeltaTable(sys.argv[1], version=int(sys.argv[2]))
actions = table.get_add_actions(flatten=True)
files = actions.to_pylist() if hasattr(actions, "to_pylist") else actions.to_struct_array().to_pylist()
rows = table.to_pyarrow_table().sort_by([("_partition", "ascending"), ("_offset", "ascending")])
print(
    json.dumps(
        {
            "id": str(table.metadata().id),
            "version": table.version(),
            "fields": [[field.name, field.type.type, field.nullable] for field in table.schema().fields],
            "rows": rows.to_pylist(),
            "files": files,
            "progress": {str(p): table.transaction_version(f"soundflow/{p}") for p in range(3)},
            "history": [entry.get("operation") for entry in table.history()],
        },
        default=str,
    )
)
