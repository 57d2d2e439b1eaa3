import { readTmdl, unquoted, type TmdlNode } from './read-tmdl.ts';

/** The names that a table offers to visuals, measures and relationships. */
interface TableNames {
  readonly columns: ReadonlySet<string>;
  readonly measures: ReadonlySet<string>;
}

/** Whatever a project refers to and does not have, and names that are there twice; empty when it is whole. */
export function brokenReferences(files: ReadonlyMap<string, string>): readonly string[] {
  const nodes = [...files].filter(([path]) => path.endsWith('.tmdl')).flatMap(([, text]) => readTmdl(text));
  const tables = new Map(nodes.filter(({ kind }) => kind === 'table').map((table) => [table.name, namesOf(table)]));
  return [
    ...twice(nodes),
    ...nodes.flatMap((node) => expressionProblems(node, tables)),
    ...nodes.filter(({ kind }) => kind === 'relationship').flatMap((relationship) => endProblems(relationship, tables)),
    ...[...files].filter(([path]) => path.endsWith('visual.json')).flatMap(([path, text]) => fieldProblems(path, text, tables)),
  ];
}

function namesOf({ children }: TmdlNode): TableNames {
  const names = (kind: string) => new Set(children.filter((child) => child.kind === kind).map(({ name }) => name));
  return { columns: names('column'), measures: names('measure') };
}

/** Power BI does not tell capitals apart; a measure's name is the model's, and no column of its table may have it. */
function twice(nodes: readonly TmdlNode[]): readonly string[] {
  const tables = nodes.filter(({ kind }) => kind === 'table');
  const measures = tables.flatMap(({ children }) => children.filter(({ kind }) => kind === 'measure'));
  return [
    ...repeated(tables.map(({ name }) => name)),
    ...repeated(measures.map(({ name }) => name)),
    ...tables.flatMap(({ name, children }) =>
      repeated(children.filter(({ kind }) => kind !== 'partition').map((child) => `${name}.${child.name}`)),
    ),
  ].map((name) => `${name} is there twice`);
}

function repeated(names: readonly string[]): readonly string[] {
  const small = names.map((name) => name.toLowerCase());
  return names.filter((_, at) => small.indexOf(small[at] ?? '') !== at);
}

function expressionProblems(node: TmdlNode, tables: ReadonlyMap<string, TableNames>): readonly string[] {
  const dax =
    node.kind === 'partition' && node.expression !== 'calculated'
      ? ''
      : `${node.expression}\n${node.properties.get('source') ?? ''}`;
  const own = [...dax.matchAll(/'([^']+)'\[([^\]]+)\]/g)]
    .filter(([, table = '', column = '']) => tables.get(table)?.columns.has(column) !== true)
    .map(([reference]) => `${node.kind} ${node.name}: there is no ${reference}`);
  return [...own, ...node.children.flatMap((child) => expressionProblems(child, tables))];
}

function endProblems({ name, properties }: TmdlNode, tables: ReadonlyMap<string, TableNames>): readonly string[] {
  return ['fromColumn', 'toColumn'].flatMap((end) => {
    const value = properties.get(end) ?? '';
    const [, table = '', column = ''] = /^('(?:[^']|'')+'|\w+)\.('(?:[^']|'')+'|\w+)$/.exec(value) ?? [];
    const found = tables.get(unquoted(table))?.columns.has(unquoted(column)) === true;
    return found ? [] : [`relationship ${name}: its ${end} ${JSON.stringify(value)} is no column`];
  });
}

function fieldProblems(path: string, text: string, tables: ReadonlyMap<string, TableNames>): readonly string[] {
  const reference =
    /"(Column|Measure)":\s*\{\s*"Expression":\s*\{\s*"SourceRef":\s*\{\s*"Entity":\s*"([^"]+)"\s*\}\s*\},\s*"Property":\s*"([^"]+)"/g;
  return [...text.matchAll(reference)].flatMap(([, kind = '', table = '', name = '']) => {
    const names = tables.get(table);
    const found = kind === 'Column' ? names?.columns.has(name) : names?.measures.has(name);
    return found === true ? [] : [`${path}: there is no ${kind.toLowerCase()} ${table}[${name}]`];
  });
}
