import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { withMemory } from '../duckdb/database.ts';
import { literal } from '../duckdb/sql.ts';
import type { Upstream } from './test-upstream.ts';

/** Why a job failed, as BigQuery says it. */
export interface JobError {
  readonly reason: string;
  readonly message: string;
}

/** How a job of the emulator, or of what stands before it, ended. */
export interface JobEnd {
  readonly errorResult?: JobError;
  readonly statistics?: object;
}

const TableReference = z.object({ datasetId: z.string(), tableId: z.string() });

const Load = z.object({
  sourceUris: z.array(z.string()),
  destinationTable: TableReference,
  writeDisposition: z.string(),
});

const Copy = z.object({ sourceTable: TableReference, destinationTable: TableReference, writeDisposition: z.string() });

const JobAnswer = z.object({
  status: z.object({ errorResult: z.object({ reason: z.string(), message: z.string() }).optional() }),
});

/** One hour of a table, as a partition decorator names it. */
interface Partition {
  readonly dataset: string;
  readonly table: string;
  readonly id: string;
  readonly from: string;
}

let scratches = 0;

/**
 * Loads into one partition, which the emulator cannot: each file goes to a table of its own, and from there by column name
 * into the hour. As BigQuery does, it refuses rows of another hour and columns of another type, and then changes nothing.
 */
export async function loadPartition(upstream: Upstream, root: string, configuration: unknown): Promise<JobEnd> {
  const { sourceUris, destinationTable, writeDisposition } = Load.parse(configuration);
  const target = partitionOf(destinationTable);
  const scratch: string[] = [];
  try {
    for (const uri of sourceUris) {
      const name = `scratch_${String((scratches += 1))}`;
      scratch.push(name);
      const file = join(root, uri.slice('gs://'.length));
      const error = await loadScratch(upstream, target, { file, uri, name });
      if (error !== null) return { errorResult: error };
    }
    if (writeDisposition === 'WRITE_TRUNCATE') await upstream.run(`delete from ${nameOf(target)} where ${within(target)}`);
    let rows = 0;
    for (const name of scratch) rows += await append(upstream, { target, source: { ...target, table: name } });
    return { statistics: { load: { outputRows: String(rows), inputFiles: String(scratch.length) } } };
  } finally {
    for (const name of scratch) await upstream.send('DELETE', `/datasets/${target.dataset}/tables/${name}`);
  }
}

/** Copies one partition over another of the same hour. */
export async function copyPartition(upstream: Upstream, configuration: unknown): Promise<JobEnd> {
  const { sourceTable, destinationTable, writeDisposition } = Copy.parse(configuration);
  const [source, target] = [partitionOf(sourceTable), partitionOf(destinationTable)];
  if (source.id !== target.id) return { errorResult: { reason: 'invalid', message: 'Partitions of a copy differ.' } };
  const known = await upstream.send('GET', `/datasets/${source.dataset}/tables/${source.table}`);
  if (known.status === 404) return { errorResult: { reason: 'notFound', message: `Not found: Table ${source.table}` } };
  if (writeDisposition === 'WRITE_TRUNCATE') await upstream.run(`delete from ${nameOf(target)} where ${within(target)}`);
  await append(upstream, { target, source, condition: within(source) });
  return {};
}

/** Puts a file into a table of its own that has the file's columns; returns what is wrong with the file. */
async function loadScratch(upstream: Upstream, target: Partition, { file, uri, name }: ScratchFile): Promise<JobError | null> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return { reason: 'notFound', message: `Not found: URI ${uri}` };
  const fields = await fieldsOf(file).catch((error: unknown) => String(error));
  if (typeof fields === 'string') return { reason: 'invalid', message: `Error while reading data: ${fields}` };
  const wrong = await misfit(upstream, target, fields);
  if (wrong !== null) return wrong;
  const scratch = { datasetId: target.dataset, tableId: name };
  await upstream.send('POST', `/datasets/${target.dataset}/tables`, { tableReference: scratch, schema: { fields } });
  const load = { sourceUris: [uri], sourceFormat: 'PARQUET', schema: { fields }, destinationTable: scratch };
  const { body } = await upstream.send('POST', '/jobs', { jobReference: { jobId: name }, configuration: { load } });
  const error = JobAnswer.parse(body).status.errorResult;
  if (error !== undefined) return { reason: 'invalid', message: error.message };
  const strangers = await upstream.run(`select countif(not (${within(target)})) from ${nameOf({ ...target, table: name })}`);
  if (strangers === '0') return null;
  const partition = `${target.table}$${target.id}`;
  return {
    reason: 'invalid',
    message: `Some rows belong to different partitions rather than destination partition ${partition}`,
  };
}

interface ScratchFile {
  readonly file: string;
  readonly uri: string;
  readonly name: string;
}

/** Columns of a Parquet file, with BigQuery's types. */
async function fieldsOf(file: string): Promise<readonly { readonly name: string; readonly type: string }[]> {
  return withMemory(async (connection) => {
    const reader = await connection.runAndReadAll(`describe select * from read_parquet(${literal(file)})`);
    return reader.getRows().map(([name, type]) => ({ name: String(name), type: TYPE_OF[String(type)] ?? String(type) }));
  });
}

const TYPE_OF: Readonly<Record<string, string>> = {
  BIGINT: 'INTEGER',
  INTEGER: 'INTEGER',
  DOUBLE: 'FLOAT',
  VARCHAR: 'STRING',
  BOOLEAN: 'BOOLEAN',
  BLOB: 'BYTES',
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP',
};

async function misfit(
  upstream: Upstream,
  { dataset, table }: Partition,
  fields: readonly { readonly name: string; readonly type: string }[],
): Promise<JobError | null> {
  const wanted = await upstream.columns(dataset, table);
  const wrong = fields.find(({ name, type }) => wanted.get(name) !== type);
  if (wrong === undefined) return null;
  const types = `${wrong.type} in the file and ${String(wanted.get(wrong.name))} in the table`;
  return { reason: 'invalid', message: `Provided Schema does not match Table ${table}. Field ${wrong.name} is ${types}.` };
}

/** Adds rows of `source` to `target` by the names of the columns that both have; returns how many. */
async function append(
  upstream: Upstream,
  { target, source, condition = 'true' }: { readonly target: Partition; readonly source: Partition; readonly condition?: string },
): Promise<number> {
  const names = [...(await upstream.columns(source.dataset, source.table)).keys()].map((name) => `\`${name}\``).join(', ');
  await upstream.run(`insert into ${nameOf(target)} (${names}) select ${names} from ${nameOf(source)} where ${condition}`);
  return Number(await upstream.run(`select count(*) from ${nameOf(source)} where ${condition}`));
}

function partitionOf({ datasetId, tableId }: z.output<typeof TableReference>): Partition {
  const [, table, id] = /^(\w+)\$(\d{10})$/.exec(tableId) ?? [];
  if (table === undefined || id === undefined) throw new Error(`${tableId} names no hour of a table`);
  const from = `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)} ${id.slice(8)}:00:00+00`;
  return { dataset: datasetId, table, id, from };
}

function nameOf({ dataset, table }: Partition): string {
  return `\`${dataset}\`.\`${table}\``;
}

function within({ from }: Partition): string {
  return `_landed_hour >= timestamp '${from}' and _landed_hour < timestamp_add(timestamp '${from}', interval 1 hour)`;
}
