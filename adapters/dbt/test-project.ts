import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DbtOptions } from './transformer.ts';

/** A place of its own for one suite: the project's dbt folder, copied, with a DuckDB file and target folders beside it. */
export interface TestProject {
  readonly dir: string;
  readonly warehouse: string;
  readonly options: DbtOptions;
  remove(): void;
}

/** Copies the dbt project of the repository, so that a test may break it. @throws when TEST_DBT_PYTHON is missing. */
export function copyProject(python: string | undefined): TestProject {
  if (python === undefined)
    throw new Error('TEST_DBT_PYTHON: not set. It names a Python that has dbt; the contract set-up sets it.');
  const dir = mkdtempSync(join(tmpdir(), 'soundflow-dbt-'));
  const projectDir = join(dir, 'dbt');
  const skipped = new Set(['target', 'logs']);
  cpSync(resolve('dbt'), projectDir, { recursive: true, filter: (path) => !skipped.has(path.split('/').at(-1) ?? '') });
  const warehouse = join(dir, 'soundflow.duckdb');
  return {
    dir,
    warehouse,
    options: {
      python,
      projectDir,
      profilesDir: projectDir,
      target: 'local',
      targetRoot: join(dir, 'targets'),
      logDir: join(dir, 'logs'),
      env: { SOUNDFLOW_WAREHOUSE: warehouse },
    },
    remove: () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
