import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { copyProject } from '../adapters/dbt/test-project.ts';
import { createDbtTransformer } from '../adapters/dbt/transformer.ts';
import type { MartAsset } from '../core/assets.ts';
import type { ModelNode } from '../core/ports/transformer.ts';

const folder = join(__dirname, '../assets/marts');
const MartFile = z.object({ default: z.custom<MartAsset>() });

async function declaredUpstream(): Promise<Readonly<Record<string, readonly string[]>>> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const marts = await Promise.all(files.map(async (name) => MartFile.parse(await import(join(folder, name))).default));
  return Object.fromEntries(
    marts.map(({ key, upstream }) => [key, upstream.map(({ table }) => `${table.schema}.${table.name}`).sort()]),
  );
}

/** The source tables that a model reads, directly or through other models. */
function sourcesOf(models: readonly ModelNode[], name: string): readonly string[] {
  const model = models.find((candidate) => candidate.name === name);
  const sources = model === undefined ? [name] : model.dependsOn.flatMap((parent) => sourcesOf(models, parent));
  return [...new Set(sources)].sort();
}

test('a mart names as upstream exactly the staging tables that its model reads', async () => {
  const project = copyProject(process.env.TEST_DBT_PYTHON);
  try {
    const models = await createDbtTransformer(project.options).models();
    const marts = models.filter(({ name }) => name.startsWith('mart_'));
    expect(await declaredUpstream()).toEqual(Object.fromEntries(marts.map(({ name }) => [name, sourcesOf(models, name)])));
  } finally {
    project.remove();
  }
}, 60_000);
