import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { advised } from './failure.ts';
import type { BuildResult, ModelNode, ModelResult, TestResult } from '../../core/ports/transformer.ts';

const RunResults = z.object({
  results: z.array(
    z.object({
      unique_id: z.string(),
      status: z.string(),
      execution_time: z.number(),
      adapter_response: z.object({
        rows_affected: z.int().optional().catch(undefined),
        job_id: z.string().optional().catch(undefined),
        bytes_billed: z.int().optional().catch(undefined),
        slot_ms: z.int().optional().catch(undefined),
      }),
      message: z.string().nullable(),
      failures: z.int().nullish(),
    }),
  ),
});

const Manifest = z.object({
  nodes: z.record(
    z.string(),
    z.object({
      name: z.string(),
      resource_type: z.string(),
      attached_node: z.string().nullish(),
      depends_on: z.object({ nodes: z.array(z.string()).default([]) }).optional(),
    }),
  ),
  sources: z.record(z.string(), z.object({ schema: z.string(), identifier: z.string() })),
  unit_tests: z.record(z.string(), z.object({ name: z.string(), model: z.string() })).default({}),
});

type Manifest = z.infer<typeof Manifest>;
type NodeResult = z.infer<typeof RunResults>['results'][number];

/** Every model of the manifest in a target folder, by name. */
export async function readModels(targetDir: string): Promise<readonly ModelNode[]> {
  const manifest = await readManifest(targetDir);
  return Object.values(manifest.nodes)
    .filter(({ resource_type }) => resource_type === 'model')
    .map(({ name, depends_on }) => ({ name, dependsOn: (depends_on?.nodes ?? []).map((id) => nameOf(manifest, id)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The outcome of the dbt process that wrote to a target folder. */
export async function readBuildResult(targetDir: string): Promise<BuildResult> {
  const manifest = await readManifest(targetDir);
  const { results } = RunResults.parse(JSON.parse(await readFile(join(targetDir, 'run_results.json'), 'utf8')));
  const isModel = ({ unique_id }: NodeResult) => manifest.nodes[unique_id]?.resource_type === 'model';
  return {
    models: results.filter(isModel).map((result) => modelResult(manifest, result)),
    tests: results.filter((result) => !isModel(result)).map((result) => testResult(manifest, result)),
  };
}

async function readManifest(targetDir: string): Promise<Manifest> {
  return Manifest.parse(JSON.parse(await readFile(join(targetDir, 'manifest.json'), 'utf8')));
}

function nameOf({ nodes, sources }: Manifest, id: string): string {
  const source = sources[id];
  return source === undefined ? (nodes[id]?.name ?? id) : `${source.schema}.${source.identifier}`;
}

function modelResult(manifest: Manifest, result: NodeResult): ModelResult {
  const { unique_id, status, execution_time, adapter_response, message } = result;
  return {
    name: nameOf(manifest, unique_id),
    status: status === 'success' || status === 'skipped' ? status : 'error',
    seconds: execution_time,
    rows: adapter_response.rows_affected ?? null,
    message: advised(message ?? ''),
    ...jobOf(adapter_response),
  };
}

function jobOf({ job_id, bytes_billed, slot_ms }: NodeResult['adapter_response']): Pick<ModelResult, 'job'> {
  return job_id === undefined ? {} : { job: { id: job_id, bytesBilled: bytes_billed ?? 0, slotMs: slot_ms ?? 0 } };
}

function testResult(manifest: Manifest, { unique_id, status, failures, message }: NodeResult): TestResult {
  return {
    name: manifest.nodes[unique_id]?.name ?? manifest.unit_tests[unique_id]?.name ?? unique_id,
    model: testedModel(manifest, unique_id),
    status: status === 'pass' || status === 'warn' || status === 'fail' || status === 'skipped' ? status : 'error',
    failures: failures ?? 0,
    message: message ?? '',
  };
}

/** A test that stands by itself belongs to the first model it reads. */
function testedModel(manifest: Manifest, id: string): string {
  const test = manifest.nodes[id];
  const read = test?.depends_on?.nodes.find((parent) => manifest.nodes[parent]?.resource_type === 'model');
  const model = test?.attached_node ?? read;
  return model === undefined ? (manifest.unit_tests[id]?.model ?? '') : nameOf(manifest, model);
}
