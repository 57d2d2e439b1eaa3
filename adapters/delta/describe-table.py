"""Describes the Delta table argv[1] as of version argv[2] as delta-rs sees it, as JSON."""

import json
import sys

from deltalake import DeltaTable

table = DeltaTable(sys.argv[1], version=int(sys.argv[2]))
actions = table.get_add_actions(flatten=True)
files = actions.to_pylist() if hasattr(actions, "to_pylist") else actions.to_struct_array().to_pylist()
print(
    json.dumps(
        {
            "fields": [[field.name, field.type.type, field.nullable] for field in table.schema().fields],
            "files": files,
            "progress": {app: table.transaction_version(f"soundflow/{app}") for app in ("0", "0/1", "1", "2")},
            "history": [entry.get("operation") for entry in table.history()],
        },
        default=str,
    )
)
