/** One object of a TMDL document; a flag is a property without a value, a block an expression of several lines. */
export interface TmdlObject {
  readonly declaration: string;
  readonly description?: string;
  readonly expression?: readonly string[];
  readonly properties?: readonly TmdlProperty[];
  readonly children?: readonly TmdlObject[];
}

/** `name: value`, a bare `name` when the value is true, or `name =` above the lines of an expression. */
export interface TmdlProperty {
  readonly name: string;
  readonly value: string | true | readonly string[];
}

/** A name as TMDL wants it: in quotes unless it is one plain word. */
export function quoted(name: string): string {
  return /^\w+$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`;
}

/** The text of objects, indented by tabs, with a blank line between any two. */
export function tmdl(objects: readonly TmdlObject[]): string {
  return `${objects.map((object) => linesOf(object, 0).join('\n')).join('\n\n')}\n`;
}

function linesOf(object: TmdlObject, depth: number): readonly string[] {
  const { declaration, description = '', expression = [], properties = [], children = [] } = object;
  return [
    ...(description === '' ? [] : [indented(`/// ${description}`, depth)]),
    indented(declaration, depth),
    ...expression.map((line) => indented(line, depth + 2)),
    ...properties.flatMap((property) => propertyLines(property, depth + 1)),
    ...children.flatMap((child) => ['', ...linesOf(child, depth + 1)]),
  ];
}

function propertyLines({ name, value }: TmdlProperty, depth: number): readonly string[] {
  if (value === true) return [indented(name, depth)];
  if (typeof value === 'string') return [indented(`${name}: ${value}`, depth)];
  return [indented(`${name} =`, depth), ...value.map((line) => indented(line, depth + 1))];
}

const indented = (line: string, depth: number): string => (line === '' ? '' : '\t'.repeat(depth) + line);
