"""Reads Delta tables with the reader argv[1] (delta-rs, duckdb or spark).

argv[2] is a JSON list of tables, each with its `path` and the `versions` to read. Prints a list of the same length: for
each table and version the names of its columns, its rows (instants as epoch microseconds) in order of epoch, partition
and offset, and how many rows the reader finds when asked for those with the newest `ts` only.
"""

import json
import sys
from pathlib import Path

ORDER = ("_epoch", "_kafka_partition", "_offset")


def plain(table):
    """Rows of an Arrow table, its instants as numbers."""
    import pyarrow as pa

    micros = [
        pa.field(field.name, pa.timestamp("us", "UTC")) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    table = table.cast(pa.schema(micros))
    numbers = [
        pa.field(field.name, pa.int64()) if pa.types.is_timestamp(field.type) else field for field in table.schema
    ]
    return table.cast(pa.schema(numbers)).to_pylist()


def delta_rs():
    import pyarrow as pa
    import pyarrow.dataset as ds
    from deltalake import DeltaTable

    def read(path, version):
        table = DeltaTable(path, version=version)

        def newest(micros):
            when = pa.scalar(micros, pa.timestamp("us", "UTC"))
            return table.to_pyarrow_dataset().count_rows(filter=ds.field("ts") == when)

        return [field.name for field in table.schema().fields], plain(table.to_pyarrow_table()), newest

    return read


def duckdb():
    import duckdb as db
    import duckdb_extension_delta

    extension = next(Path(duckdb_extension_delta.__file__).parent.rglob("*.duckdb_extension"))
    connection = db.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute(f"load '{extension}'")
    connection.execute("set TimeZone = 'UTC'")

    def read(path, version):
        scan = f"delta_scan('{path}', version = {version})"
        table = connection.execute(f"from {scan}").fetch_arrow_table()

        def newest(micros):
            return connection.execute(f"select count(*) from {scan} where ts = make_timestamptz({micros})").fetchone()[0]

        return table.column_names, plain(table), newest

    return read


def spark():
    from pyspark.sql import SparkSession, functions as f

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.driver.extraClassPath", sys.argv[3] + "/*")
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")

    def read(path, version):
        frame = session.read.format("delta").option("versionAsOf", version).load(path)
        numbers = [f.unix_micros(name).alias(name) if kind == "timestamp" else f.col(name) for name, kind in frame.dtypes]
        rows = [row.asDict() for row in frame.select(*numbers).collect()]

        def newest(micros):
            return frame.where(f.col("ts") == f.timestamp_micros(f.lit(micros))).count()

        return frame.columns, rows, newest

    return read


def found(read, path, version):
    columns, rows, newest = read(path, version)
    rows.sort(key=lambda row: [row[name] for name in ORDER])
    at_newest = newest(max(row["ts"] for row in rows)) if rows else 0
    return {"columns": columns, "rows": rows, "atNewest": at_newest}


def main():
    read = {"delta-rs": delta_rs, "duckdb": duckdb, "spark": spark}[sys.argv[1]]()
    tables = json.loads(sys.argv[2])
    print(json.dumps([{v: found(read, table["path"], v) for v in table["versions"]} for table in tables]))


main()
