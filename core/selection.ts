import { SoundFlowError } from './errors.ts';
import type { AssetGraph } from './graph.ts';
import { descendantsOf } from './graph.ts';

/**
 * The assets named by `keys`, with all that is made from them when `descendants`; each once, upstream first.
 * @throws SoundFlowError BAD_REQUEST naming the unknown keys, the nearest known ones and all there are.
 */
export function select(
  graph: AssetGraph,
  keys: readonly string[],
  { descendants }: { readonly descendants: boolean },
): readonly string[] {
  const unknown = [...new Set(keys)].filter((key) => !graph.order.includes(key));
  if (unknown.length > 0) {
    const named = unknown.map((key) => describeUnknown(key, graph.order)).join('; ');
    const allowed = graph.nodes.map(({ key }) => key).join(', ');
    throw new SoundFlowError('BAD_REQUEST', `No such asset: ${named}. Assets are: ${allowed}.`);
  }
  if (descendants) return descendantsOf(graph, keys);
  const wanted = new Set(keys);
  return graph.order.filter((key) => wanted.has(key));
}

function describeUnknown(key: string, known: readonly string[]): string {
  const nearest = nearestOf(key, known);
  return nearest === null ? JSON.stringify(key) : `${JSON.stringify(key)} (did you mean ${nearest}?)`;
}

/** The known text that takes the fewest edits to reach, or null when none is closer than half of `text` retyped. */
export function nearestOf(text: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.floor(text.length / 2) + 1;
  for (const candidate of known) {
    const edits = editsBetween(text, candidate);
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Levenshtein distance: characters inserted, deleted or replaced. */
function editsBetween(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const replaced = (above[j] ?? 0) + Number(a[i] !== b[j]);
      row.push(Math.min(replaced, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
