import type { Mart } from './marts.ts';
import { dayColumn } from './names.ts';
import type { TmdlObject } from './tmdl.ts';

/** Where a project reads the marts: BigQuery, or the Parquet files that a local pipeline publishes. */
export interface Source {
  readonly project: string;
  readonly parameters: readonly TmdlObject[];
  /** Steps of Power Query that end with the table `Mart`. */
  martSteps(mart: string): readonly string[];
}

/** The marts in BigQuery. Without the Storage API, which asks for more rights than reading tables does. */
export const bigQuery: Source = {
  project: 'SoundFlow',
  parameters: [
    parameter('GcpProject', 'my-project', 'Google Cloud project that holds the marts and pays for their queries.'),
    parameter('MartsDataset', 'marts', 'Dataset of the marts; its location is where the queries run.'),
  ],
  martSteps: (mart) => [
    'Source = GoogleBigQuery.Database([BillingProject = GcpProject, UseStorageApi = false]),',
    'Project = Source{[Name = GcpProject]}[Data],',
    'Dataset = Project{[Name = MartsDataset, Kind = "Schema"]}[Data],',
    `Mart = Dataset{[Name = "${mart}", Kind = "Table"]}[Data],`,
  ],
};

/** The marts as a local pipeline publishes them. */
export const publishedFiles: Source = {
  project: 'SoundFlowLocal',
  parameters: [
    parameter(
      'PublishedFolder',
      String.raw`C:\soundflow\.soundflow\warehouse\published`,
      'Folder of the published marts, without a separator at its end.',
    ),
  ],
  martSteps: (mart) => [`Mart = Parquet.Document(File.Contents(PublishedFolder & "\\marts.${mart}.parquet")),`],
};

/** The instant of a mart whose day stands in the date table: the first that its contract names, as_of excepted. */
export function datedBy(mart: Mart): string | undefined {
  return mart.columns.find(({ name, kind }) => kind === 'instant' && name !== 'as_of')?.name;
}

/** The query of a mart: exactly its contract's columns, instants as UTC without a zone, and the day it is dated by. */
export function queryOf(source: Source, mart: Mart): readonly string[] {
  const names = mart.columns.map(({ name }) => `"${name}"`).join(', ');
  const instants = mart.columns.filter(({ kind }) => kind === 'instant');
  const toUtc = instants.map(({ name }) => `{"${name}", ToUtc, type nullable datetime}`).join(', ');
  const dated = datedBy(mart);
  const steps = [
    ...source.martSteps(mart.name),
    `Chosen = Table.SelectColumns(Mart, {${names}}),`,
    `Utc = Table.TransformColumns(Chosen, {${toUtc}})`,
  ];
  if (dated === undefined) return queryLines(steps, 'Utc');
  const day = `Dated = Table.AddColumn(Utc, "${dayColumn(dated)}", each DateTime.Date([${dated}]), type nullable date)`;
  return queryLines([...steps.slice(0, -1), `${steps.at(-1) ?? ''},`, day], 'Dated');
}

/** The function that all queries share: engines hand instants over with their zone or without, always UTC. */
export const toUtc: TmdlObject = {
  declaration: 'expression ToUtc =',
  description: 'An instant as UTC without a zone, however the source hands it over.',
  expression: [
    '(value as any) as nullable datetime =>',
    '\tif value is datetimezone then DateTimeZone.RemoveZone(DateTimeZone.SwitchZone(value, 0)) else value',
  ],
};

function queryLines(steps: readonly string[], result: string): readonly string[] {
  return ['let', ...steps.map((step) => `\t${step}`), 'in', `\t${result}`];
}

function parameter(name: string, value: string, description: string): TmdlObject {
  const meta = 'meta [IsParameterQuery = true, Type = "Text", IsParameterQueryRequired = true]';
  return { declaration: `expression ${name} = "${value}" ${meta}`, description };
}
