import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { committedFiles } from './checks/committed.ts';
import { martsOf } from './generator/marts.ts';
import { projectFiles } from './generator/project.ts';
import { bigQuery, publishedFiles } from './generator/sources.ts';
import { parseManifest } from './generator/manifest.ts';

test("Power BI's projects are those of dbt's contracts; if not, run: node --import tsx powerbi/generate.mjs", () => {
  const python = process.env.TEST_DBT_PYTHON;
  if (python === undefined)
    throw new Error('TEST_DBT_PYTHON: not set. It names a Python that has dbt; the contract set-up sets it.');
  const targetDir = mkdtempSync(join(tmpdir(), 'soundflow-powerbi-'));
  const marts = martsOf(parseManifest({ python, projectDir: resolve('dbt'), targetDir }));
  rmSync(targetDir, { recursive: true });
  for (const source of [bigQuery, publishedFiles]) {
    const generated = [...projectFiles(source, marts)].sort(([a], [b]) => (a < b ? -1 : 1));
    expect([...committedFiles(source.project)].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual(generated);
  }
}, 60_000);
