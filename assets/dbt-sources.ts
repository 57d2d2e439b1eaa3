import type { StagingAsset } from '../core/assets.ts';
import type { Column } from '../core/columns.ts';
import { SoundFlowError } from '../core/errors.ts';

const HEADER = '# Made from the contracts of assets/topics by `node --import tsx dbt/generate-sources.mjs`; do not edit.';

/** The text of dbt's sources file for the staging tables: YAML with one table an asset, columns in table order. */
export function dbtSources(assets: readonly StagingAsset[]): string {
  const tables = assets.toSorted((a, b) => (a.table.name < b.table.name ? -1 : 1)).flatMap(tableLines);
  return [
    HEADER,
    'version: 2',
    '',
    'sources:',
    `  - name: ${schemaOf(assets)}`,
    `    schema: ${schemaOf(assets)}`,
    `    description: ${quoted('Landed events, one table a topic, replaced hour by hour by the loader; a record may stand twice.')}`,
    '    tables:',
    ...tables,
    '',
  ].join('\n');
}

function schemaOf(assets: readonly StagingAsset[]): string {
  const [schema, ...others] = new Set(assets.map(({ table }) => table.schema));
  if (schema !== undefined && others.length === 0) return schema;
  const found = [schema, ...others].join(', ');
  throw new SoundFlowError(
    'BAD_ASSET',
    `staging assets: their tables lie in one schema, not in "${found}". Use staging() of define.ts.`,
  );
}

function tableLines({ table, description }: StagingAsset): readonly string[] {
  return [
    `      - name: ${table.name}`,
    `        description: ${quoted(description)}`,
    '        columns:',
    ...table.columns.flatMap(columnLines),
  ];
}

function columnLines({ name, type, description }: Column): readonly string[] {
  return [
    `          - name: ${name}`,
    ...(/[A-Z]/.test(name) ? ['            quote: true'] : []),
    `            data_type: ${type}`,
    `            description: ${quoted(description)}`,
  ];
}

/** A YAML scalar in the quotes that prettier would choose. */
function quoted(text: string): string {
  return text.includes("'") && !/["\\]/.test(text) ? `"${text}"` : `'${text.replaceAll("'", "''")}'`;
}
