import { z } from 'zod';
import { SoundFlowError } from '../../core/errors.ts';

/** What a column of a mart holds; `instant` is a point in time, UTC. */
export type Kind = 'text' | 'integer' | 'number' | 'flag' | 'instant' | 'date';

/** A column as the mart's contract declares it. */
export interface MartColumn {
  readonly name: string;
  readonly kind: Kind;
  readonly description: string;
}

/** A mart as its contract declares it, columns in the contract's order. */
export interface Mart {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly MartColumn[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  string: 'text',
  int64: 'integer',
  float64: 'number',
  bool: 'flag',
  timestamp: 'instant',
  date: 'date',
};

const Column = z.object({ name: z.string(), description: z.string(), data_type: z.string().nullable() });

const Manifest = z.object({
  nodes: z.record(
    z.string(),
    z.object({
      resource_type: z.string(),
      name: z.string(),
      schema: z.string(),
      description: z.string().default(''),
      columns: z.record(z.string(), Column).default({}),
    }),
  ),
});

/** The marts of a manifest that dbt parsed for BigQuery, by name. @throws SoundFlowError BAD_ASSET for a column without a usable type. */
export function martsOf(manifest: unknown): readonly Mart[] {
  const { nodes } = Manifest.parse(manifest);
  const marts = Object.values(nodes).filter(({ resource_type, schema }) => resource_type === 'model' && schema === 'marts');
  return marts
    .map(({ name, description, columns }) => ({
      name,
      description: oneLine(description),
      columns: Object.values(columns).map((column) => columnOf(name, column)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function columnOf(mart: string, { name, description, data_type }: z.infer<typeof Column>): MartColumn {
  const kind = KINDS[(data_type ?? '').trim().toLowerCase()];
  if (kind === undefined) {
    throw new SoundFlowError(
      'BAD_ASSET',
      `${mart}.${name}: its type ${JSON.stringify(data_type)} is none that Power BI is told of.\n` +
        `Declare one of ${Object.keys(KINDS).join(', ')} in dbt/models/marts/${mart}.yml, or add it to powerbi/generator/marts.ts.`,
    );
  }
  return { name, kind, description: oneLine(description) };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
