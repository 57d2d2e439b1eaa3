import { resolve } from 'node:path';
import type { BuildResult, Transformer } from '../../core/ports/transformer.ts';
import { startAnalyzingService, type AnalyzingService } from './test-analyzing-service.ts';
import type { TestProject } from './test-project.ts';
import type { SqlAnalyzer, SqlColumn } from './test-sql-analyzer.ts';
import { createDbtTransformer } from './transformer.ts';
import type { Table } from '../../core/columns.ts';

const LOADS = {
  table_name: 'STRING',
  hour: 'TIMESTAMP',
  position: 'INT64',
  rows: 'INT64',
  offset_sum: 'NUMERIC',
  loaded_at: 'TIMESTAMP',
};

/** The target gcp of a project, before a service that analyzes what dbt asks of BigQuery and runs none of it. */
export interface AnalyzedProject {
  readonly service: AnalyzingService;
  readonly transformer: Transformer;
}

/** What the loader makes in BigQuery of these tables, with its book. */
export function landedTables(tables: readonly Table[]): Map<string, readonly SqlColumn[]> {
  const loads = Object.entries(LOADS).map(([name, type]) => ({ name, type }));
  const landed = tables.map(({ schema, name, columns }) => [`${schema}.${name}`, columns.map(sqlColumn)] as const);
  return new Map([...landed, ['staging._loads', loads]]);
}

/** Puts a project before a service of its own, with these tables there. */
export async function analyzeProject(
  { options }: TestProject,
  analyzer: SqlAnalyzer,
  tables: ReadonlyMap<string, readonly SqlColumn[]>,
): Promise<AnalyzedProject> {
  const service = await startAnalyzingService(analyzer, tables);
  const transformer = createDbtTransformer({
    ...options,
    profilesDir: resolve('adapters/dbt/test-profiles'),
    target: 'gcp',
    env: { GCP_PROJECT: 'soundflow-test', BQ_ENDPOINT: service.endpoint },
  });
  return { service, transformer };
}

/** Models and tests of a build that did not end well. */
export function unsound({ models, tests }: BuildResult): readonly unknown[] {
  return [...models.filter(({ status }) => status !== 'success'), ...tests.filter(({ status }) => status !== 'pass')];
}

function sqlColumn({ name, type }: Table['columns'][number]): SqlColumn {
  return { name, type: type === 'boolean' ? 'BOOL' : type.toUpperCase() };
}
