import { createHash } from 'node:crypto';
import { SoundFlowError } from '../../core/errors.ts';
import { requireObjectPath } from '../../core/ports/object-path.ts';
import type { LoadedPartition, PartitionLoad } from '../../core/ports/warehouse.ts';
import { failureOfJob } from './failure.ts';
import { isFence, runJob, type EndedJob } from './jobs.ts';
import { claimHour, describeLoad, recordHour, type Claim, type LoadContext } from './loads-book.ts';
import { runStatement } from './queries.ts';
import type { Field } from './rows.ts';
import { instant, partitionId, quoted } from './sql.ts';
import { createStage, describeTable, dropTable, requireTable } from './tables.ts';

/** Most files that one load job takes. */
export const FILES_PER_JOB = 10_000;

/** A stage that nobody removed is gone after a day. */
const STAGE_LIFE_MS = 86_400_000;

/** Attempts of one step whose jobs BigQuery remembers; beyond that something is wrong for good. */
const MOST_ATTEMPTS = 50;

const OFFSET_BASE = '1000000000';

/** Where files are, and how many of them a job takes. */
export interface LoadPlace {
  readonly bucket: string;
  readonly filesPerJob: number;
}

/** One attempt of a step: its jobs and its stage have names that only it has, and the same ones when it is asked again. */
interface Attempt {
  readonly context: LoadContext;
  readonly load: PartitionLoad;
  readonly place: LoadPlace;
  readonly name: string;
  readonly fields: readonly Field[];
}

/**
 * Loads the files into a stage of the same hours, holds its rows against what was said, and puts the stage's hour in the
 * place of the table's by one copy job, which is atomic. Job ids come from the step and a number: the same step finds its
 * jobs again; an attempt that came to nothing is followed by the next number.
 */
export async function replaceHour(context: LoadContext, load: PartitionLoad, place: LoadPlace): Promise<LoadedPartition> {
  requireDistinct(load);
  const { fields } = await requireTable(context.api, load.table);
  for (let number = 1; number <= MOST_ATTEMPTS; number += 1) {
    const attempt = { context, load, place, fields, name: `${stepName(load)}-${String(number)}` };
    const claim = await claimHour(context, load, putId(attempt));
    const isPut = load.files.length === 0 ? await empty(attempt, claim) : await loadAndPut(attempt, claim);
    if (!isPut) continue;
    const loaded = await readBack(context, load);
    const said = rowsSaid(load);
    if (loaded.rows !== said) throw strayed(load, loaded.rows);
    await recordHour(context, load, { ...loaded, job: putId(attempt) });
    return loaded;
  }
  throw new SoundFlowError(
    'UNAVAILABLE',
    `${describeLoad(load)}: ${String(MOST_ATTEMPTS)} attempts of run ${load.run} failed. See its jobs in BigQuery.`,
  );
}

/** False when the attempt was spent by an earlier call, and another has to be made. */
async function loadAndPut(attempt: Attempt, claim: Claim): Promise<boolean> {
  const { context, load } = attempt;
  const isStaged = await fillStage(attempt);
  if (!isStaged) return false;
  const copy = {
    sourceTable: partition(attempt, stageOf(attempt)),
    destinationTable: partition(attempt, load.table),
    createDisposition: 'CREATE_NEVER',
    writeDisposition: 'WRITE_TRUNCATE',
  };
  const isPut = await put(attempt, claim, { copy });
  if (isPut) await dropTable(context.api, stageOf(attempt));
  return isPut;
}

function empty(attempt: Attempt, claim: Claim): Promise<boolean> {
  const { load, context } = attempt;
  const query = {
    query: `delete from ${quoted(load.table)} where _landed_hour = ${instant(load.hour)}`,
    useLegacySql: false,
    maximumBytesBilled: String(context.limits.maximumBytesBilled),
  };
  return put(attempt, claim, { query });
}

/** Runs the one job that readers notice. */
async function put(attempt: Attempt, { resumed }: Claim, configuration: object): Promise<boolean> {
  const { context, load } = attempt;
  const about = `${describeLoad(load)}, job ${putId(attempt)}`;
  const job = await runJob(context, {
    id: putId(attempt),
    configuration,
    labels: { step: 'put', asset: load.table.name },
    about,
  });
  if (isFence(job) || (job.found && (job.error !== null || !resumed))) return false;
  if (job.error !== null) throw failureOfJob(job.error, about);
  return true;
}

/** False when what the stage's jobs wrote is not there any more, or they were found to have failed. */
async function fillStage(attempt: Attempt): Promise<boolean> {
  const { context, load, place, fields } = attempt;
  const expirationMs = Date.now() + STAGE_LIFE_MS;
  await createStage(context.api, stageOf(attempt), { fields, expirationMs });
  const jobs: EndedJob[] = [];
  for (let from = 0; from < load.files.length; from += place.filesPerJob) {
    const job = await loadFiles(attempt, from);
    if (job.found && job.error !== null) return false;
    if (job.error !== null) throw fileFailure(attempt, job);
    jobs.push(job);
  }
  const held = (await describeTable(context.api, stageOf(attempt)))?.rows ?? 0;
  if (held === rowsSaid(load)) return true;
  if (jobs.some(({ found }) => found)) return false;
  throw new SoundFlowError(
    'DAMAGED',
    `${describeLoad(load)}: its ${String(load.files.length)} files hold ${String(held)} rows, ${String(rowsSaid(load))} were said. ` +
      'The hour stays as it was. See soundflow lake verify.',
  );
}

function loadFiles(attempt: Attempt, from: number): Promise<EndedJob> {
  const { context, load, place, fields, name } = attempt;
  const files = load.files.slice(from, from + place.filesPerJob);
  const configuration = {
    load: {
      sourceUris: files.map(({ path }) => `gs://${place.bucket}/${requireObjectPath(path)}`),
      sourceFormat: 'PARQUET',
      schema: { fields },
      destinationTable: partition(attempt, stageOf(attempt)),
      createDisposition: 'CREATE_NEVER',
      writeDisposition: 'WRITE_APPEND',
    },
  };
  const id = `${name}-load-${String(from / place.filesPerJob)}`;
  return runJob(context, { id, configuration, labels: { step: 'load', asset: load.table.name }, about: `load job ${id}` });
}

/** A load job fails by its files, by the service, or by us; only the first two are worth another try. */
function fileFailure({ load }: Attempt, { error }: EndedJob): SoundFlowError {
  const inFiles = { notFound: 'DAMAGED', invalid: 'DAMAGED', badRequest: 'DAMAGED' } as const;
  return failureOfJob(error ?? {}, `${describeLoad(load)}: a file cannot be loaded`, inFiles);
}

/** Rows and offsets of the hour as they stand. Offsets are added in two parts, so that no hour's sum is too large for 64 bits. */
async function readBack({ api, limits }: LoadContext, { table, hour }: PartitionLoad): Promise<LoadedPartition> {
  const sql = `
    select count(*) as held, cast(coalesce(sum(div(_offset, ${OFFSET_BASE})), 0) as string) as high,
      cast(coalesce(sum(mod(_offset, ${OFFSET_BASE})), 0) as string) as low
    from ${quoted(table)} where _landed_hour = ${instant(hour)}`;
  const { rows } = await runStatement(api, limits, { sql, labels: { step: 'read back', asset: table.name } });
  const [held] = rows;
  const sum = BigInt(held?.high ?? 0) * BigInt(OFFSET_BASE) + BigInt(held?.low ?? 0);
  return { rows: Number(held?.held), offsetSum: String(sum) };
}

function rowsSaid({ files }: PartitionLoad): number {
  return files.reduce((sum, { rows }) => sum + rows, 0);
}

function requireDistinct(load: PartitionLoad): void {
  if (new Set(load.files.map(({ path }) => path)).size === load.files.length) return;
  throw new SoundFlowError('BAD_REQUEST', `${describeLoad(load)}: a file is named twice, which would load its rows twice.`);
}

function strayed(load: PartitionLoad, held: number): SoundFlowError {
  return new SoundFlowError(
    'DAMAGED',
    `${describeLoad(load)}: holds ${String(held)} rows when read back, ${String(rowsSaid(load))} were put there. Something else writes to the table.`,
  );
}

/** What only this step of this run has: names of tables and jobs admit letters, digits, `_` and `-`. */
function stepName(load: PartitionLoad): string {
  const { table, hour, position, run } = load;
  const key = createHash('sha256')
    .update(JSON.stringify([table.schema, table.name, hour, position, run]))
    .digest('hex');
  return `soundflow-${table.name}-${partitionId(hour)}-${String(position)}-${key.slice(0, 16)}`;
}

function putId({ name }: Attempt): string {
  return `${name}-put`;
}

function stageOf({ load, name }: Attempt): { readonly schema: string; readonly name: string } {
  return { schema: load.table.schema, name: `_stage_${name.replaceAll('-', '_')}` };
}

function partition({ context, load }: Attempt, { schema, name }: { readonly schema: string; readonly name: string }) {
  return { projectId: context.api.project, datasetId: schema, tableId: `${name}$${partitionId(load.hour)}` };
}
