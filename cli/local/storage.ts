import { makeBucket, storageCommand } from '../../tools/storage-server.mjs';
import type { Supervisor } from '../../tools/supervisor.mjs';
import { SoundFlowError } from '../../core/errors.ts';
import { openObjects } from '../../workers/open-objects.ts';
import type { Config } from '../../temporal.config.ts';

/** Whether this configuration's lake lies behind a storage server that is ours to start. */
export function ownsStorage({ profile, google }: Config): boolean {
  return profile === 'emulated' && !google.storage.external;
}

/** Starts the storage server where it is ours, and makes the bucket in it or in the one that was given. */
export async function startStorage({
  config,
  supervisor,
  binary,
  env,
  timeoutMs,
}: {
  readonly config: Config;
  readonly supervisor: Supervisor;
  readonly binary: string | null;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}): Promise<void> {
  const { bucket, endpoint, port } = config.google.storage;
  if (config.profile !== 'emulated' || endpoint === null) return;
  if (binary !== null) {
    supervisor.start({ name: 'storage', ...storageCommand({ binary, dir: config.folders.storage, port, env }) });
  }
  await makeBucket({ endpoint, bucket, timeoutMs });
}

/** Wants the bucket of a given server empty, for those who begin anew. @throws SoundFlowError BAD_SETTING */
export async function requireEmptyBucket(config: Config): Promise<void> {
  if (config.profile !== 'emulated' || !config.google.storage.external) return;
  const { bucket, endpoint } = config.google.storage;
  for await (const { path } of (await openObjects(config)).list('')) {
    throw new SoundFlowError(
      'BAD_SETTING',
      `GCS_BUCKET=${bucket}: the bucket at ${endpoint ?? ''} holds ${path}, and the demo begins with an empty lake. Name another bucket, or leave GCS_ENDPOINT away.`,
    );
  }
}
