import { SoundFlowError } from '../../core/errors.ts';

/** An object of a TMDL document as it was read; `expression` is what stands behind its equals sign, lines joined. */
export interface TmdlNode {
  readonly kind: string;
  readonly name: string;
  readonly description: string;
  readonly expression: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly children: readonly TmdlNode[];
}

/** What each kind of object may hold: the part of the Tabular Object Model that this project uses. */
const KINDS: Readonly<Record<string, { readonly properties: readonly string[]; readonly children: readonly string[] }>> = {
  '': { properties: [], children: ['database', 'model', 'table', 'relationship', 'expression', 'annotation', 'ref'] },
  database: { properties: ['compatibilityLevel'], children: [] },
  model: {
    properties: ['culture', 'defaultPowerBIDataSourceVersion', 'discourageImplicitMeasures', 'sourceQueryCulture'],
    children: ['dataAccessOptions'],
  },
  dataAccessOptions: { properties: ['legacyRedirects', 'returnErrorValuesAsNull'], children: [] },
  table: { properties: ['dataCategory'], children: ['column', 'measure', 'partition'] },
  column: {
    properties: [
      'dataType',
      'formatString',
      'dataCategory',
      'summarizeBy',
      'sourceColumn',
      'isKey',
      'isNameInferred',
      'sortByColumn',
    ],
    children: [],
  },
  measure: { properties: ['formatString'], children: [] },
  partition: { properties: ['mode', 'source'], children: [] },
  relationship: { properties: ['fromColumn', 'toColumn'], children: [] },
  expression: { properties: [], children: [] },
  annotation: { properties: [], children: [] },
  ref: { properties: [], children: [] },
};

const NAME = String.raw`'(?:[^']|'')+'|[\w-]+`;
const DECLARATION = new RegExp(String.raw`^([a-zA-Z]+)(?: (${NAME}|table (?:${NAME})))?(?: =(?: (.*))?)?$`);
const PROPERTY = /^([a-zA-Z]+)(?:: (.+)|( =))?$/;

interface Line {
  readonly number: number;
  readonly depth: number;
  readonly text: string;
}

/** Reads one TMDL document. @throws SoundFlowError BAD_ASSET naming the line that is no part of the language as far as it is used here */
export function readTmdl(text: string): readonly TmdlNode[] {
  const lines = text.split('\n').map((line, at) => {
    const tabs = /^\t*/.exec(line)?.[0].length ?? 0;
    return { number: at + 1, depth: tabs, text: line.slice(tabs) };
  });
  const reader = { lines: lines.filter((line) => line.text !== ''), at: 0 };
  const nodes = readChildren(reader, '', 0);
  const rest = reader.lines[reader.at];
  if (rest !== undefined) throw wrong(rest, 'stands deeper than anything it could belong to');
  return nodes;
}

interface Reader {
  readonly lines: readonly Line[];
  at: number;
}

function readChildren(reader: Reader, parent: string, depth: number): readonly TmdlNode[] {
  const nodes: TmdlNode[] = [];
  for (;;) {
    const line = reader.lines[reader.at];
    if (line?.depth !== depth) return nodes;
    nodes.push(readObject(reader, parent, depth));
  }
}

function readObject(reader: Reader, parent: string, depth: number): TmdlNode {
  const description = readDescription(reader, depth);
  const line = reader.lines[reader.at];
  const [, kind = '', name = '', inline] = DECLARATION.exec(line?.text ?? '') ?? [];
  if (line?.depth !== depth || !KINDS[parent]?.children.includes(kind))
    throw wrong(line, `is no object of ${parent || 'a document'}`);
  reader.at += 1;
  const block = inline === undefined && line.text.endsWith(' =') ? readBlock(reader, depth + 1) : '';
  const properties = readProperties(reader, kind, depth + 1);
  const children = readChildren(reader, kind, depth + 1);
  return { kind, name: unquoted(name), description, expression: inline ?? block, properties, children };
}

function readDescription(reader: Reader, depth: number): string {
  const parts: string[] = [];
  for (;;) {
    const line = reader.lines[reader.at];
    if (line?.depth !== depth || !line.text.startsWith('/// ')) return parts.join(' ');
    parts.push(line.text.slice(4));
    reader.at += 1;
  }
}

function readProperties(reader: Reader, kind: string, depth: number): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (;;) {
    const line = reader.lines[reader.at];
    const [, name = '', value, block] = PROPERTY.exec(line?.text ?? '') ?? [];
    if (line?.depth !== depth || !KINDS[kind]?.properties.includes(name)) return properties;
    if (properties.has(name)) throw wrong(line, `says ${name} a second time`);
    reader.at += 1;
    properties.set(name, block === undefined ? (value ?? 'true') : readBlock(reader, depth));
  }
}

/** The lines that stand deeper than `depth`. */
function readBlock(reader: Reader, depth: number): string {
  const texts: string[] = [];
  for (;;) {
    const line = reader.lines[reader.at];
    if (line === undefined || line.depth <= depth) break;
    texts.push(line.text);
    reader.at += 1;
  }
  if (texts.length === 0) throw wrong(reader.lines[reader.at - 1], 'promises an expression that does not follow');
  return texts.join('\n');
}

/** A name without its quotes. */
export function unquoted(name: string): string {
  return name.startsWith("'") ? name.slice(1, -1).replaceAll("''", "'") : name;
}

function wrong(line: Line | undefined, why: string): SoundFlowError {
  const place = line === undefined ? 'the end' : `line ${String(line.number)}, ${JSON.stringify(line.text)},`;
  return new SoundFlowError('BAD_ASSET', `TMDL: ${place} ${why}. Mend what writes it, in powerbi/generator.`);
}
