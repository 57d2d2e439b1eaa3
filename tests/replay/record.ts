import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Client } from '@temporalio/client';
import { readConfig } from '../../temporal.config.ts';
import { connectClient } from '../../workers/connect.ts';

/**
 * Records the newest history of each workflow type from the running pipeline, without the paths and the name of the machine.
 * Ask for a backfill with descendants and an amendment first, so that there is one of every kind. Names as arguments record
 * only these; a history that was recorded by older code is worth keeping under a name of its own.
 */
const NEWEST: Readonly<Record<string, string>> = {
  'land-topic': 'WorkflowId="land/listen_events"',
  amend: 'WorkflowType="amend" and ExecutionStatus="Completed"',
  backfills: 'WorkflowType="backfills"',
  hourly: 'WorkflowType="hourly" and ExecutionStatus="Completed"',
  materialize: 'WorkflowType="materialize" and Kind="hourly" and ExecutionStatus="Completed"',
  backfill: 'WorkflowType="backfill" and ExecutionStatus="Completed"',
};

async function record(client: Client, name: string, query: string): Promise<void> {
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const history = historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory());
    const neutral = history.replaceAll(process.cwd(), '/srv/soundflow').replaceAll(`@${hostname()}`, '@host');
    await writeFile(join('tests', 'replay', 'histories', `${name}.json`), neutral);
    return;
  }
  throw new Error(`no workflow to record for ${name}: ${query}`);
}

const { client, close } = await connectClient(readConfig(process.env));
const wanted = process.argv.slice(2);
for (const [name, query] of Object.entries(NEWEST)) {
  if (wanted.length === 0 || wanted.includes(name)) await record(client, name, query);
}
await close();
