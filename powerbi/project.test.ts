import { z } from 'zod';
import { committedFiles } from './checks/committed.ts';
import { brokenReferences } from './checks/references.ts';
import { readTmdl } from './checks/read-tmdl.ts';
import { schemaChecker } from './checks/schemas.ts';

const PROJECTS = ['SoundFlow', 'SoundFlowLocal'];
const JSON_FILE = /(\.json|\.pbi[prs][a-z]?|\.platform)$/;
const problemsOf = schemaChecker();
const TOP_SONGS = 'SoundFlow.SemanticModel/definition/tables/Top songs.tmdl';
const MAP = 'SoundFlow.Report/definition/pages/locations/visuals/map/visual.json';

function changed(path: string, from: string, to: string): ReadonlyMap<string, string> {
  const files = committedFiles('SoundFlow');
  const text = files.get(path) ?? '';
  expect(text).toContain(from);
  return new Map([...files, [path, text.replaceAll(from, to)]]);
}

describe.each(PROJECTS)('%s', (project) => {
  const files = committedFiles(project);

  test('every JSON file fits the schema of Microsoft that it names', () => {
    const documents = [...files].filter(([path]) => JSON_FILE.test(path));
    expect(documents.length).toBeGreaterThan(30);
    expect(documents.flatMap(([path, text]) => problemsOf(text).map((problem) => `${path}: ${problem}`))).toEqual([]);
  });

  test('every TMDL file can be read, and everything that is referred to is there', () => {
    expect(brokenReferences(files)).toEqual([]);
  });

  test('visuals stand inside their page, and none over another', () => {
    const boxes = [...files]
      .filter(([path]) => path.endsWith('visual.json'))
      .map(([path, text]) => ({ path, ...positionOf(text) }));
    const outside = boxes.filter(({ x, y, width, height }) => x < 0 || y < 0 || x + width > 1280 || y + height > 720);
    const over = boxes.flatMap((a) => boxes.filter((b) => a.path < b.path && pageOf(a.path) === pageOf(b.path) && overlap(a, b)));
    expect([...outside, ...over]).toEqual([]);
  });
});

const Visual = z.object({ position: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }) });

type Box = z.infer<typeof Visual>['position'];

const positionOf = (text: string): Box => Visual.parse(JSON.parse(text)).position;
const pageOf = (path: string) => path.split('/visuals/')[0];
const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test('the two projects differ in where they read, and in nothing that is shown', () => {
  const shown = (project: string) =>
    [...committedFiles(project)]
      .filter(([path]) => path.includes('.Report/definition/'))
      .map(([path, text]) => [path.replace(project, ''), text]);
  expect(shown('SoundFlowLocal')).toEqual(shown('SoundFlow'));
});

test('no measure adds up distinct counts', () => {
  const measures = [...committedFiles()]
    .filter(([path]) => path.endsWith('.tmdl'))
    .flatMap(([, text]) => readTmdl(text))
    .flatMap(({ children }) => children.filter(({ kind }) => kind === 'measure'));
  expect(measures.length).toBeGreaterThan(20);
  expect(measures.filter(({ expression }) => /SUMX?\([^)]*\[Unique/.test(expression))).toEqual([]);
});

test.each([
  {
    mistake: 'a misspelt property',
    from: '"visualType"',
    to: '"visualTyp"',
    problem: "must have required property 'visualType'",
  },
  {
    mistake: 'a role without projections',
    from: '"projections"',
    to: '"fields"',
    problem: "must have required property 'projections'",
  },
  { mistake: 'an unknown version', from: 'visualContainer/2.4.0', to: 'visualContainer/9.9.9', problem: 'no schema is kept' },
  { mistake: 'a position in words', from: '"x": 16', to: '"x": "left"', problem: 'must be number' },
])('the schemas catch $mistake', ({ from, to, problem }) => {
  expect(problemsOf(changed(MAP, from, to).get(MAP) ?? '').join('\n')).toContain(problem);
});

test.each([
  {
    path: TOP_SONGS,
    from: "column 'Total plays'",
    to: 'column Plays2',
    problem: "measure Song plays: there is no 'Top songs'[Total plays]",
  },
  { path: MAP, from: '"Latitude"', to: '"Lattitude"', problem: 'there is no column Location analytics[Lattitude]' },
  { path: MAP, from: '"Place plays"', to: '"Plays here"', problem: 'there is no measure Location analytics[Plays here]' },
  { path: TOP_SONGS, from: "column 'First played on'", to: "column 'Played on'", problem: 'its fromColumn' },
  { path: TOP_SONGS, from: 'measure Popularity =', to: "measure 'popularity rank' =", problem: 'is there twice' },
])('a reference to what is not there is caught: $to for $from', ({ path, from, to, problem }) => {
  expect(brokenReferences(changed(path, from, to)).join('\n')).toContain(problem);
});

test.each([
  ['spaces for tabs', 'table A\n    column B\n'],
  ['a level left out', 'table A\n\t\tcolumn B\n'],
  ['an unknown object', 'table A\n\tcolum B\n'],
  ['an unknown property', 'table A\n\tcolumn B\n\t\tdataTyp: int64\n'],
  ['a property twice', 'table A\n\tcolumn B\n\t\tdataType: int64\n\t\tdataType: int64\n'],
  ['an expression that does not follow', 'table A\n\tpartition A = m\n\t\tsource =\n\tcolumn B\n'],
  ['a name with a space and no quotes', 'table Top songs\n'],
  ['a description of nothing', 'table A\n\t/// B\n'],
])('the reader of TMDL refuses %s', (_, text) => {
  expect(() => readTmdl(text)).toThrow(/^TMDL: /);
});
