import type { Mart } from './marts.ts';
import { modelFiles } from './model.ts';
import { PAGES, type Page } from './pages.ts';
import type { Source } from './sources.ts';
import { visualFile } from './visuals.ts';

const SCHEMAS = 'https://developer.microsoft.com/json-schemas/fabric';
/** Fabric gives an item its own id when it is imported; this one says that it has none yet. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** All files of a Power BI project (PBIP) over the marts, by path. */
export function projectFiles(source: Source, marts: readonly Mart[]): ReadonlyMap<string, string> {
  const { project } = source;
  return new Map([
    [
      `${project}.pbip`,
      json({ $schema: `${SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json`, version: '1.0', ...shortcut(project) }),
    ],
    ...under(`${project}.SemanticModel`, semanticModel(source, marts)),
    ...under(`${project}.Report`, report(project)),
  ]);
}

function shortcut(project: string) {
  return { artifacts: [{ report: { path: `${project}.Report` } }], settings: { enableAutoRecovery: true } };
}

function semanticModel(source: Source, marts: readonly Mart[]): ReadonlyMap<string, string> {
  const schema = `${SCHEMAS}/item/semanticModel/definitionProperties/1.0.0/schema.json`;
  return new Map([
    ['.platform', platform('SemanticModel', source.project)],
    ['definition.pbism', json({ $schema: schema, version: '4.2', settings: {} })],
    ...under('definition', modelFiles(source, marts)),
  ]);
}

function report(project: string): ReadonlyMap<string, string> {
  const parts = `${SCHEMAS}/item/report/definition`;
  const names = PAGES.map(({ name }) => name);
  return new Map([
    ['.platform', platform('Report', project)],
    [
      'definition.pbir',
      json({
        $schema: `${SCHEMAS}/item/report/definitionProperties/2.0.0/schema.json`,
        version: '4.0',
        datasetReference: { byPath: { path: `../${project}.SemanticModel` } },
      }),
    ],
    ['definition/version.json', json({ $schema: `${parts}/versionMetadata/1.0.0/schema.json`, version: '2.0.0' })],
    [
      'definition/report.json',
      json({
        $schema: `${parts}/report/3.0.0/schema.json`,
        themeCollection: {},
        settings: { useStylableVisualContainerHeader: true, defaultDrillFilterOtherVisuals: true },
      }),
    ],
    [
      'definition/pages/pages.json',
      json({ $schema: `${parts}/pagesMetadata/1.0.0/schema.json`, pageOrder: names, activePageName: names[0] }),
    ],
    ...PAGES.flatMap((page) => [...under(`definition/pages/${page.name}`, pageFiles(parts, page))]),
  ]);
}

function pageFiles(parts: string, { name, title, visuals }: Page): ReadonlyMap<string, string> {
  const page = {
    $schema: `${parts}/page/2.0.0/schema.json`,
    name,
    displayName: title,
    displayOption: 'FitToPage',
    height: 720,
    width: 1280,
  };
  return new Map([
    ['page.json', json(page)],
    ...visuals.map((visual, at) => [`visuals/${visual.name}/visual.json`, json(visualFile(visual, at))] as const),
  ]);
}

function platform(type: 'Report' | 'SemanticModel', displayName: string): string {
  const schema = `${SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json`;
  return json({ $schema: schema, metadata: { type, displayName }, config: { version: '2.0', logicalId: NO_ID } });
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function under(folder: string, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files].map(([path, text]) => [`${folder}/${path}`, text]));
}
