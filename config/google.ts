import type { z } from 'zod';
import { SoundFlowError } from '../core/errors.ts';
import { duration, maybeText, maybeUrl, number, port, setting, text, whole } from './read.ts';

/** Settings of Google Cloud, and of what stands in for it. */
export const googleSettings = {
  GCP_PROJECT: setting(maybeText, '', 'Google Cloud project (gcp).'),
  GCS_BUCKET: setting(text, 'soundflow-lake', 'Bucket of the lake (gcp, emulated).'),
  GCS_ENDPOINT: setting(
    maybeUrl,
    '',
    "Address of a server that stands in for Google's storage, such as http://127.0.0.1:4443; without one, `emulated` starts its own.",
  ),
  GOOGLE_APPLICATION_CREDENTIALS: setting(
    maybeText,
    '',
    "File with a service account's key or a workload identity configuration; without one, the credentials of the machine or of gcloud (gcp).",
  ),
  BQ_LOCATION: setting(text, 'US', 'Location of the datasets (gcp).'),
  BQ_MAXIMUM_BYTES_BILLED: setting(
    whole(1, 1_000_000_000_000_000),
    '10737418240',
    'Bytes that one query may be billed for before BigQuery refuses it (gcp).',
  ),
  BQ_PARTITION_EXPIRATION: setting(
    duration,
    '400 days',
    'How long BigQuery keeps an hour of a staging table; a table has at most 10,000 of them, the lake keeps all (gcp).',
  ),
  BQ_PRICE_PER_TIB: setting(number, '6.25', 'Price of reading a TiB, in whatever currency, for estimates (gcp).'),
  BQ_ENDPOINT: setting(maybeUrl, '', 'Address of a server that stands in for BigQuery, such as http://127.0.0.1:9050.'),
  SOUNDFLOW_GCS_HOST: setting(text, '127.0.0.1', 'Host of the storage server that stands in for Google (emulated).'),
  SOUNDFLOW_GCS_PORT: setting(port, '4443', 'Port of the storage server that npm start starts (emulated).'),
};

type GoogleValues = { readonly [Name in keyof typeof googleSettings]: z.output<(typeof googleSettings)[Name]> };

/** What the three profiles run on: this machine, this machine with a storage server in Google's place, or Google Cloud. */
export const PROFILES = ['local', 'emulated', 'gcp'] as const;

/** One of the three. */
export type Profile = (typeof PROFILES)[number];

/** Google's part of the configuration. @throws SoundFlowError BAD_SETTING when the profile needs a setting that is not there. */
export function googleOf(profile: Profile, values: GoogleValues) {
  if (profile === 'gcp' && values.GCP_PROJECT === null) {
    throw new SoundFlowError(
      'BAD_SETTING',
      'GCP_PROJECT: not set, and SOUNDFLOW_PROFILE=gcp needs it. Example: GCP_PROJECT=my-project\n' +
        'Set it in the environment or in the file .env; terraform output -raw env prints all of them.',
    );
  }
  const emulator = `http://${values.SOUNDFLOW_GCS_HOST}:${String(values.SOUNDFLOW_GCS_PORT)}`;
  return {
    project: values.GCP_PROJECT ?? 'soundflow-local',
    keyFile: values.GOOGLE_APPLICATION_CREDENTIALS,
    storage: {
      bucket: values.GCS_BUCKET,
      external: values.GCS_ENDPOINT !== null,
      endpoint: values.GCS_ENDPOINT ?? (profile === 'emulated' ? emulator : null),
      port: values.SOUNDFLOW_GCS_PORT,
    },
    bigQuery: {
      location: values.BQ_LOCATION,
      maximumBytesBilled: values.BQ_MAXIMUM_BYTES_BILLED,
      partitionExpirationMs: values.BQ_PARTITION_EXPIRATION,
      pricePerTiB: values.BQ_PRICE_PER_TIB,
      endpoint: values.BQ_ENDPOINT,
    },
  };
}
