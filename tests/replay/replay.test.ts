import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, cp, readFile, rm, writeFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import * as workflows from '../../workflows/all.ts';
import { bundleWorkflows } from '../../workers/run-workers.ts';

const FOLDER = join('tests', 'replay', 'histories');
const histories = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

jest.setTimeout(120_000);

function replay(workflowBundle: WorkflowBundleWithSourceMap, name: string): Promise<void> {
  const history: unknown = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
  return Worker.runReplayHistory({ workflowBundle, replayName: name }, history, workflowIdOf(history));
}

function workflowIdOf(history: unknown): string {
  const text = JSON.stringify(history);
  return /"workflowId":"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

function typeOf(name: string): string {
  return /"workflowType":\s*\{\s*"name":\s*"(\w+)"/.exec(readFileSync(join(FOLDER, name), 'utf8'))?.[1] ?? '';
}

/** The bundle of a copy of the code in which `from` became `to` in `file`. */
async function mutatedBundle({
  file,
  from,
  to,
}: {
  file: string;
  from: string;
  to: string;
}): Promise<WorkflowBundleWithSourceMap> {
  const copy = await mkdtemp(join(tmpdir(), 'soundflow-mutant-'));
  try {
    for (const folder of ['workflows', 'core']) await cp(folder, join(copy, folder), { recursive: true });
    await cp('package.json', join(copy, 'package.json'));
    await symlink(resolve('node_modules'), join(copy, 'node_modules'));
    const text = await readFile(join(copy, file), 'utf8');
    expect(text).toContain(from);
    await writeFile(join(copy, file), text.replaceAll(from, to));
    return await bundleWorkflows(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

describe('recorded histories', () => {
  let bundle: WorkflowBundleWithSourceMap;

  beforeAll(async () => {
    bundle = await bundleWorkflows(process.cwd());
  });

  it('exist for every workflow type', () => {
    expect([...new Set(histories.map(typeOf))].sort()).toEqual(Object.keys(workflows).sort());
  });

  it.each(histories)('%s replays on the code of today', async (name) => {
    await expect(replay(bundle, name)).resolves.toBeUndefined();
  });

  it.each([
    ['land-topic.json', 'workflows/land-topic.ts', 'announceBatch', 'announceLoudly'],
    ['materialize.json', 'workflows/materialize.ts', 'balanceLedger', 'forgetLedger'],
  ])('%s does not replay when the workflow does something else: the control', async (...control) => {
    const [name, file, from, to] = control;
    await expect(replay(await mutatedBundle({ file, from, to }), name)).rejects.toThrow(/TMPRL1100|Nondeterminism/);
  });
});
