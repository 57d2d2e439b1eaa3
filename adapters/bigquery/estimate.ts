import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openApi, type BigQueryPlace } from './client.ts';
import { labelsOf } from './jobs.ts';

const BYTES_PER_TIB = 1_099_511_627_776;

const DryRun = z.object({ statistics: z.object({ totalBytesProcessed: z.string() }) });

/** What a query would read, in bytes, and what that costs at the list price of reading, in the currency of that price. */
export interface Estimate {
  readonly bytes: number;
  readonly price: number;
}

/** Asks BigQuery what a query would read without running it, which costs nothing. @throws NOT_FOUND for an unknown table */
export async function estimateQuery(
  place: BigQueryPlace,
  { sql, pricePerTiB }: { readonly sql: string; readonly pricePerTiB: number },
): Promise<Estimate> {
  const api = openApi(place);
  const jobReference = { projectId: api.project, jobId: randomUUID(), location: api.location };
  const configuration = { dryRun: true, labels: labelsOf({ step: 'estimate' }), query: { query: sql, useLegacySql: false } };
  const request = { method: 'POST', path: '/jobs', body: { jobReference, configuration }, about: 'dry run' } as const;
  const { statistics } = await api.send(request, DryRun);
  const bytes = Number(statistics.totalBytesProcessed);
  return { bytes, price: priceOf(bytes, pricePerTiB) };
}

/** The price of reading so many bytes, to the cent, rounded up. */
export function priceOf(bytes: number, pricePerTiB: number): number {
  return Math.ceil((bytes / BYTES_PER_TIB) * pricePerTiB * 100) / 100;
}
