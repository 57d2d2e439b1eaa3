import type { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { touchFile } from '../adapters/files/touch-file.ts';

const EVERY_MS = 15_000;

/** Whose health is reported, and where. */
export interface Reported {
  readonly client: Client;
  readonly workers: readonly Worker[];
  /** The file whose time of change says when all was well; nothing is written when null. */
  readonly file: string | null;
  readonly signal: AbortSignal;
}

/**
 * Touches a file as long as every worker polls and the server answers for its namespace: for a container's health check, which
 * looks how old the file is. A process that hangs, or has lost its server, touches it no more.
 */
export async function reportHealth({ client, workers, file, signal }: Reported): Promise<void> {
  if (file === null) return;
  while (!signal.aborted) {
    if (await isWell(client, workers)) await touchFile(file);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS).unref());
  }
}

async function isWell({ workflowService, options }: Client, workers: readonly Worker[]): Promise<boolean> {
  if (workers.some((worker) => worker.getState() !== 'RUNNING')) return false;
  return workflowService.describeNamespace({ namespace: options.namespace }).then(
    () => true,
    () => false,
  );
}
