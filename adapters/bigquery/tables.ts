import { z } from 'zod';
import type { Column, Table } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import type { Api } from './client.ts';
import { isDuplicate, isMissing } from './failure.ts';
import { Field } from './rows.ts';
import { FIELD_TYPE, type TableName } from './sql.ts';

/** How tables of hours are made. */
export interface TableSettings {
  /** Milliseconds after which an hour's rows are gone; null keeps them. */
  readonly partitionExpirationMs: number | null;
}

const TableResource = z.object({
  schema: z.object({ fields: z.array(Field).optional() }).optional(),
  numRows: z.string().optional(),
});

/** A table as BigQuery describes it; `rows` is null for a view. */
export interface Described {
  readonly fields: readonly Field[];
  readonly rows: number | null;
}

/** The book of loads beside the tables of a dataset: which position each table's hour holds, and which job is about to replace it. */
export const LOADS: readonly Field[] = [
  { name: 'table_name', type: 'STRING' },
  { name: 'hour', type: 'TIMESTAMP' },
  { name: 'position', type: 'INTEGER' },
  { name: 'rows', type: 'INTEGER' },
  { name: 'offset_sum', type: 'NUMERIC' },
  { name: 'loaded_at', type: 'TIMESTAMP' },
  { name: 'job', type: 'STRING' },
];

/** Columns by which rows of an hour lie together. */
const CLUSTERING = { fields: ['_kafka_partition', '_offset'] };

/** Creates dataset, table and book of loads where missing, and adds the columns that the table lacks; all of them may hold nulls. */
export async function ensureTable(api: Api, table: Table, settings: TableSettings): Promise<void> {
  const wanted = table.columns.map(fieldOf);
  const present = await describeTable(api, table);
  if (present === null) await createTable(api, table, { ...hourly(settings), schema: { fields: wanted } });
  else await addColumns(api, table, { wanted, present: present.fields });
  const book = { schema: table.schema, name: '_loads' };
  if ((await describeTable(api, book)) === null) await createTable(api, book, { schema: { fields: LOADS } });
}

/** A table, or null where there is none. */
export async function describeTable(api: Api, table: TableName): Promise<Described | null> {
  try {
    const request = { method: 'GET', path: pathOf(table), about: aboutTable(table) } as const;
    const { schema, numRows } = await api.send(request, TableResource);
    return { fields: schema?.fields ?? [], rows: numRows === undefined ? null : Number(numRows) };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A table that must be there. @throws NOT_FOUND */
export async function requireTable(api: Api, table: TableName): Promise<Described> {
  const described = await describeTable(api, table);
  if (described !== null) return described;
  throw new SoundFlowError('NOT_FOUND', `BigQuery: ${table.schema}.${table.name} does not exist in ${api.project}.`);
}

/** Makes a table of the same columns and hours as another, which is gone by itself at `expirationMs`. */
export async function createStage(
  api: Api,
  stage: TableName,
  shape: { readonly fields: readonly Field[]; readonly expirationMs: number },
) {
  const expirationTime = String(shape.expirationMs);
  await createTable(api, stage, { ...hourly({ partitionExpirationMs: null }), schema: { fields: shape.fields }, expirationTime });
}

/** Removes a table; one that is not there stays so. */
export async function dropTable(api: Api, table: TableName): Promise<void> {
  try {
    await api.send({ method: 'DELETE', path: pathOf(table), about: aboutTable(table) }, z.unknown());
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function hourly({ partitionExpirationMs }: TableSettings) {
  const expiration = partitionExpirationMs === null ? {} : { expirationMs: String(partitionExpirationMs) };
  return { timePartitioning: { type: 'HOUR', field: '_landed_hour', ...expiration }, clustering: CLUSTERING };
}

async function createTable(api: Api, table: TableName, resource: object): Promise<void> {
  const reference = { projectId: api.project, datasetId: table.schema };
  const make = async (path: string, body: object, about: string) => {
    try {
      await api.send({ method: 'POST', path, body: { ...body, labels: { app: 'soundflow' } }, about }, z.unknown());
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  };
  if (!(await hasDataset(api, table.schema))) {
    await make('/datasets', { datasetReference: reference, location: api.location }, `dataset ${table.schema}`);
  }
  const tableReference = { ...reference, tableId: table.name };
  await make(`/datasets/${table.schema}/tables`, { tableReference, ...resource }, aboutTable(table));
}

async function hasDataset(api: Api, dataset: string): Promise<boolean> {
  try {
    await api.send({ method: 'GET', path: `/datasets/${dataset}`, about: `dataset ${dataset}` }, z.unknown());
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function addColumns(
  api: Api,
  table: TableName,
  { wanted, present }: { readonly wanted: readonly Field[]; readonly present: readonly Field[] },
): Promise<void> {
  const known = new Map(present.map((field) => [field.name.toLowerCase(), field]));
  for (const field of wanted) requireType(table, field, known.get(field.name.toLowerCase()));
  const lacking = wanted.filter(({ name }) => !known.has(name.toLowerCase()));
  if (lacking.length === 0) return;
  const body = { schema: { fields: [...present, ...lacking] } };
  await api.send({ method: 'PATCH', path: pathOf(table), body, about: aboutTable(table) }, z.unknown());
}

function requireType({ schema, name }: TableName, wanted: Field, present: Field | undefined): void {
  if (present === undefined || present.type === wanted.type) return;
  throw new SoundFlowError(
    'BAD_ASSET',
    `${schema}.${name}: its column ${wanted.name} is ${present.type} in the warehouse and ${wanted.type} in its contract. ` +
      'Give the new type a new name, or drop the table: the lake has every row, and all hours are loaded again.',
  );
}

function fieldOf({ name, type, description }: Column): Field & { readonly description?: string } {
  return { name, type: FIELD_TYPE[type], mode: 'NULLABLE', ...(description === '' ? {} : { description }) };
}

function pathOf({ schema, name }: TableName): string {
  return `/datasets/${schema}/tables/${name}`;
}

function aboutTable({ schema, name }: TableName): string {
  return `table ${schema}.${name}`;
}
