import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { defaultToolsDir } from '../tools/home.mjs';
import { ensureParts } from '../tools/parts.mjs';
import { createLog } from '../tools/progress.mjs';
import { parseManifest } from './generator/manifest.ts';
import { martsOf } from './generator/marts.ts';
import { projectFiles } from './generator/project.ts';
import { bigQuery, publishedFiles } from './generator/sources.ts';

// Run as `node --import tsx powerbi/generate.mjs` after changing a mart or its contract.
const folder = fileURLToPath(new URL('.', import.meta.url));
const targetDir = mkdtempSync(join(tmpdir(), 'soundflow-powerbi-'));
const toolsDir = defaultToolsDir(join(folder, '..'), process.env);
const { dbt } = await ensureParts(['dbt'], { toolsDir, env: process.env, log: createLog() });
const marts = martsOf(parseManifest({ python: dbt.python, projectDir: join(folder, '../dbt'), targetDir }));
rmSync(targetDir, { recursive: true });
for (const source of [bigQuery, publishedFiles]) {
  for (const item of ['SemanticModel', 'Report'])
    rmSync(join(folder, `${source.project}.${item}`), { recursive: true, force: true });
  for (const [path, text] of projectFiles(source, marts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
