"""Spark Structured Streaming as a peer: Kafka source, from_json, Parquet sink, everything that is there, then stop.

Orders come as JSON in the first argument: brokers, topic, jars, folder, warm (offsets to end the warm-up at, by partition).
The warm-up reads, parses and writes those events once, in the same session, so that what is measured is compiled code.
"""

import json
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

SCHEMA = """
    artist string, song string, duration double, ts bigint, sessionId bigint, auth string, level string, itemInSession bigint,
    city string, zip string, state string, userAgent string, lon double, lat double, userId bigint, lastName string,
    firstName string, gender string, registration bigint, tag string
"""
INSTANTS = ["ts", "registration"]


def say(**line):
    print(json.dumps(line), flush=True)


def session(jars):
    return (
        SparkSession.builder.master("local[2]")
        .appName("bench")
        .config("spark.driver.extraClassPath", f"{jars}/*")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.sql.parquet.compression.codec", "zstd")
        .getOrCreate()
    )


def rows(records):
    parsed = records.select(
        F.from_json(F.col("value").cast("string"), SCHEMA).alias("event"),
        F.col("partition").cast("bigint").alias("_kafka_partition"),
        F.col("offset").alias("_offset"),
        F.col("timestamp").alias("_kafka_time"),
    ).select("event.*", "_kafka_partition", "_offset", "_kafka_time")
    return parsed.withColumns({name: F.timestamp_millis(name) for name in INSTANTS})


def main(orders):
    spark = session(orders["jars"])
    source = {
        "kafka.bootstrap.servers": ",".join(orders["brokers"]),
        "subscribe": orders["topic"],
        "startingOffsets": "earliest",
    }
    folder = orders["folder"]
    warm = {orders["topic"]: {str(partition): end for partition, end in enumerate(orders["warm"])}}
    known = spark.read.format("kafka").options(**source).option("endingOffsets", json.dumps(warm)).load()
    rows(known).write.parquet(f"{folder}/warm")
    say(phase="ready")
    sys.stdin.readline()
    query = (
        rows(spark.readStream.format("kafka").options(**source).load())
        .writeStream.format("parquet")
        .option("path", f"{folder}/rows")
        .option("checkpointLocation", f"{folder}/checkpoint")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()
    landed = sum(progress["numInputRows"] for progress in query.recentProgress)
    say(phase="done", events=landed, parquet=[f"{folder}/rows"])
    sys.stdin.readline()
    spark.stop()


main(json.loads(sys.argv[1]))
