import type { BigQueryPlace } from '../adapters/bigquery/client.ts';
import { estimateQuery, type Estimate } from '../adapters/bigquery/estimate.ts';
import { createBigQueryMartReader } from '../adapters/bigquery/marts.ts';
import { createBigQueryWarehouse } from '../adapters/bigquery/warehouse.ts';
import { createGcsStore } from '../adapters/gcs/object-store.ts';
import type { MartReader } from '../core/ports/marts.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Warehouse } from '../core/ports/warehouse.ts';
import type { Config } from '../temporal.config.ts';

// What is built on Google's clients. Others import it when a profile asks for it: the clients take 25 MB and some tenths of a second.

/** A bucket of Google's, or of what stands in for it. */
export function openBucket({ profile, google }: Config): ObjectStore {
  const { bucket, endpoint } = google.storage;
  return createGcsStore({
    bucket,
    endpoint,
    credentials: profile === 'gcp' ? 'google' : 'none',
    keyFile: profile === 'gcp' ? google.keyFile : null,
  });
}

/** BigQuery, which loads from the bucket itself. */
export function openBigQuery(config: Config): Warehouse {
  const { bigQuery, storage } = config.google;
  return createBigQueryWarehouse({ ...bigQuery, ...placeOf(config), bucket: storage.bucket });
}

/** The marts that lie in BigQuery. */
export function openBigQueryMarts(config: Config): MartReader {
  return createBigQueryMartReader(openBigQuery(config));
}

/** What a query would read and cost, as BigQuery says. */
export function estimateOnBigQuery(config: Config, sql: string): Promise<Estimate> {
  return estimateQuery(placeOf(config), { sql, pricePerTiB: config.google.bigQuery.pricePerTiB });
}

function placeOf({ google }: Config): BigQueryPlace {
  const { location, endpoint } = google.bigQuery;
  const credentials = endpoint === null ? 'google' : 'none';
  return { project: google.project, location, endpoint, credentials, keyFile: google.keyFile };
}
