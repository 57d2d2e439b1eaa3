import { join } from 'node:path';
import { createDeltaCommitLog } from '../../adapters/delta/commit-log.ts';
import { withMemory } from '../../adapters/duckdb/database.ts';
import { createLakeFolder } from '../../adapters/duckdb/lake-files.ts';
import { literal } from '../../adapters/duckdb/sql.ts';
import { createFileStore } from '../../adapters/files/object-store.ts';
import { tableOf } from '../../core/landing/table.ts';

/** What the rows of a topic hold, partition by partition: how many, how many different offsets, and the span of these. */
export interface PartitionRows {
  readonly partition: number;
  readonly rows: number;
  readonly offsets: number;
  readonly span: number;
}

/** Reads a topic's table from the folder of a bucket, past the client that wrote it: every file that its log names. */
export async function readStored(bucketDir: string, topic: string): Promise<readonly PartitionRows[]> {
  const commits = createDeltaCommitLog(createFileStore(bucketDir));
  const newest = await commits.newest(topic, 0);
  const { files, problems } = await tableOf(commits.range(topic, 0, newest?.position ?? -1));
  if (problems.length > 0) throw new Error(`${topic}: ${problems.join('; ')}`);
  const found: PartitionRows[] = [];
  const paths = [...files.keys()].map((path) => join(topic, path));
  for await (const lot of createLakeFolder(bucketDir).lots(paths)) {
    const list = lot.map(({ file }) => literal(file)).join(', ');
    const reader = await withMemory((connection) =>
      connection.runAndReadAll(`
        select _kafka_partition, count(*), count(distinct _offset), max(_offset) - min(_offset) + 1
        from read_parquet([${list}], hive_partitioning = false) group by 1 order by 1`),
    );
    for (const [partition, rows, offsets, span] of reader.getRows()) {
      found.push({ partition: Number(partition), rows: Number(rows), offsets: Number(offsets), span: Number(span) });
    }
  }
  return found;
}
