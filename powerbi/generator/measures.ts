import { SoundFlowError } from '../../core/errors.ts';
import type { Mart } from './marts.ts';
import { columnName, tableName } from './names.ts';

/** A measure of the model, in DAX. */
export interface Measure {
  readonly name: string;
  readonly dax: string;
  readonly format: string;
  readonly description: string;
}

const COUNT = '#,0';
const SHARE = '0.0%';
const ONE_DECIMAL = '#,0.0';
const INSTANT = 'yyyy-MM-dd HH:mm';

/** In `dax`, `@` is the mart and `[column]` a column of it, by the names of its contract. */
const DECLARED: Readonly<Record<string, readonly Measure[]>> = {
  mart_top_songs: [
    { name: 'Songs', dax: 'COUNTROWS(@)', format: COUNT, description: 'Songs with at least one counted play.' },
    { name: 'Song plays', dax: 'SUM([total_plays])', format: COUNT, description: 'Plays, filtered ones not counted.' },
    {
      name: 'Qualified play share',
      dax: 'DIVIDE(SUM([qualified_plays]), SUM([total_plays]))',
      format: SHARE,
      description: 'Share of plays that lasted 30 seconds or more.',
    },
    {
      name: 'Paid play share',
      dax: 'DIVIDE(SUM([paid_plays]), SUM([total_plays]))',
      format: SHARE,
      description: 'Share of plays while the listener was on the paid level.',
    },
    {
      name: 'Popularity',
      dax: 'MAX([popularity_score])',
      format: ONE_DECIMAL,
      description: 'Popularity score, from 0 to 100; over several songs, that of the most popular.',
    },
    {
      name: 'Song listeners',
      dax: 'IF(COUNTROWS(@) = 1, MAX([unique_listeners]))',
      format: COUNT,
      description: 'Distinct listeners of one song; empty over several, for they cannot be added up.',
    },
  ],
  mart_active_users: [
    { name: 'Listeners', dax: 'COUNTROWS(@)', format: COUNT, description: 'Listeners known by id, with or without plays.' },
    {
      name: 'Active listeners',
      dax: 'COUNTROWS(FILTER(@, [is_active]))',
      format: COUNT,
      description: 'Listeners with a qualified play in the last 7 days.',
    },
    {
      name: 'Active share',
      dax: 'DIVIDE(COUNTROWS(FILTER(@, [is_active])), COUNTROWS(@))',
      format: SHARE,
      description: 'Share of active listeners in all listeners.',
    },
    {
      name: 'Paid listener share',
      dax: 'DIVIDE(COUNTROWS(FILTER(@, [current_level] = "paid")), COUNTROWS(@))',
      format: SHARE,
      description: 'Share of listeners who are on the paid level now.',
    },
    {
      name: 'Plays',
      dax: 'SUM([total_plays])',
      format: COUNT,
      description: 'Plays of the listeners, filtered ones not counted.',
    },
    {
      name: 'Plays per listener',
      dax: 'DIVIDE(SUM([total_plays]), COUNTROWS(@))',
      format: ONE_DECIMAL,
      description: 'Plays by listeners, those without plays included.',
    },
    {
      name: 'Listened hours',
      dax: 'DIVIDE(SUM([listened_minutes]), 60)',
      format: ONE_DECIMAL,
      description: 'Hours listened, each play at most as long as its song.',
    },
  ],
  mart_location_analytics: [
    {
      name: 'Places',
      dax: 'IF(HASONEVALUE([geo_level]), COUNTROWS(@))',
      format: COUNT,
      description: 'Places of one geo level; empty over both.',
    },
    {
      name: 'Place plays',
      dax: 'IF(HASONEVALUE([geo_level]), SUM([total_plays]))',
      format: COUNT,
      description: 'Plays by places of one geo level; empty over both, where every play would count twice.',
    },
    {
      name: 'Place paid play share',
      dax: 'IF(HASONEVALUE([geo_level]), DIVIDE(SUM([paid_plays]), SUM([total_plays])))',
      format: SHARE,
      description: 'Share of plays on the paid level, by places of one geo level.',
    },
    {
      name: 'Place listeners',
      dax: 'IF(COUNTROWS(@) = 1, MAX([unique_users]))',
      format: COUNT,
      description: 'Distinct listeners of one place; empty over several, for they cannot be added up.',
    },
  ],
};

/**
 * The measures of a mart: those declared for it, else its count of rows; and what its numbers are true of.
 * @throws SoundFlowError BAD_ASSET for a column that is not there, and for a sum of distinct counts
 */
export function measuresOf(mart: Mart, declared = DECLARED): readonly Measure[] {
  const table = tableName(mart.name);
  const rows = { name: `${table} rows`, dax: 'COUNTROWS(@)', format: COUNT, description: `Rows of ${mart.name}.` };
  const asOf = {
    name: `${table} as of`,
    dax: 'MAX([as_of])',
    format: INSTANT,
    description: 'Event time that the numbers are true of, UTC.',
  };
  const own = declared[mart.name] ?? [rows];
  const all = mart.columns.some(({ name }) => name === 'as_of') ? [...own, asOf] : own;
  return all.map((measure) => ({ ...measure, dax: resolved(mart, measure) }));
}

function resolved(mart: Mart, { name, dax }: Measure): string {
  const table = `'${tableName(mart.name)}'`;
  for (const [, column = ''] of dax.matchAll(/SUMX?\(\[(\w+)\]/g)) refuseDistinct(mart, name, column);
  return dax.replaceAll('@', table).replaceAll(/\[(\w+)\]/g, (_, column: string) => {
    if (mart.columns.some((it) => it.name === column)) return `${table}[${columnName(column)}]`;
    throw new SoundFlowError(
      'BAD_ASSET',
      `measure ${JSON.stringify(name)}: ${mart.name} has no column ${JSON.stringify(column)}. Mend it in powerbi/generator/measures.ts.`,
    );
  });
}

function refuseDistinct(mart: Mart, measure: string, column: string): void {
  const description = mart.columns.find(({ name }) => name === column)?.description ?? '';
  if (!/^distinct\b/i.test(description)) return;
  throw new SoundFlowError(
    'BAD_ASSET',
    `measure ${JSON.stringify(measure)}: adds up ${mart.name}.${column}, a count of distinct things, some of which are in several rows.\n` +
      'Show it for one row only, as "Song listeners" does in powerbi/generator/measures.ts.',
  );
}
