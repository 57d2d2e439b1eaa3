import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { queryFile, stageEvents } from '../../tests/fixtures/staged-events.ts';
import { copyProject, type TestProject } from './test-project.ts';
import { createDbtTransformer } from './transformer.ts';

const HOURS_OF_WORK = '(select count(*) from range(1000000000000) as a(i) where hash(i) = 1) as n';
const UPSTREAM_ENDED = 'int_plays: success';
let project: TestProject;

beforeEach(async () => {
  project = copyProject(process.env.TEST_DBT_PYTHON);
  await stageEvents(project.warehouse, {});
  writeSlowMart(HOURS_OF_WORK);
});

afterEach(() => {
  project.remove();
});

function writeSlowMart(column: string): void {
  const file = join(project.options.projectDir, 'models/marts/mart_slow.sql');
  writeFileSync(
    file,
    `{{ config(contract={'enforced': false}) }}\nselect ${column}, count(*) as plays from {{ ref('int_plays') }}`,
  );
}

const plays = () => queryFile(project.warehouse, 'select count(*) as n from intermediate.int_plays');

test('cancelling ends the group: the warehouse is free at once, and the same run builds again from its start', async () => {
  const cancel = new AbortController();
  const transformer = createDbtTransformer(project.options);
  const request = { models: ['mart_slow'], runName: 'slow' };
  const cancelled = transformer.build({
    ...request,
    signal: cancel.signal,
    onProgress: (line) => {
      if (line.startsWith(UPSTREAM_ENDED)) cancel.abort();
    },
  });
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await plays()).toEqual([{ n: 0 }]);

  writeSlowMart('1 as n');
  const built = await transformer.build(request);
  expect(built.models.map(({ name, status }) => [name, status])).toContainEqual(['int_plays', 'success']);
}, 90_000);

test('a build that is cancelled before it starts starts nothing', async () => {
  const build = createDbtTransformer(project.options).build({
    models: ['mart_slow'],
    runName: 'slow',
    signal: AbortSignal.abort(),
  });
  await expect(build).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(existsSync(join(project.options.logDir, 'dbt.log'))).toBe(false);
});

test('dbt ends when the process that started it is killed', async () => {
  const script = `
    const { createDbtTransformer } = await import(${JSON.stringify(resolve('adapters/dbt/transformer.ts'))});
    await createDbtTransformer(${JSON.stringify(project.options)})
      .build({ models: ['mart_slow'], runName: 'slow', onProgress: console.log });`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: parent.stdout })) {
    if (line.startsWith(UPSTREAM_ENDED)) break;
  }
  await expect(plays()).rejects.toThrow(/lock/i);
  const gone = once(parent, 'exit');
  parent.kill('SIGKILL');
  await gone;
  expect(await firstSuccess(plays)).toEqual([{ n: 0 }]);
}, 90_000);

/** A process that is nobody's child any more tells nobody that it ended: its lock on the warehouse does. */
async function firstSuccess<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(100);
  }
}
