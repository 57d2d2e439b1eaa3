import type { Drift } from './ports/encoder.ts';

/** Records looked at in a segment, at most. */
const MAX_SAMPLED = 200;
/** Names told, at most, and their length: what one segment reports stays small whatever is sent. */
const MAX_NAMES = 50;
const MAX_NAME_LENGTH = 100;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NONE: readonly string[] = [];

/** A sample spread evenly over a segment whose length is not known before; the same records always give the same sample. */
export interface DriftSample {
  /** True when the next record is to be looked at. Asked once for each record, in order. */
  isDue(): boolean;
  /** Looks at the record that was due; null for one that is known to have no unknown field. */
  look(value: Uint8Array | null): void;
  /** What was seen. */
  drift(): Drift;
}

/** An empty sample of records whose contract names the fields `known`. */
export function createDriftSample(known: Iterable<string>): DriftSample {
  const names = new Set(known);
  let sampled: (readonly string[])[] = [];
  let stride = 1;
  let passed = 0;
  return {
    isDue() {
      const due = passed % stride === 0;
      passed += 1;
      return due;
    },
    look(value) {
      sampled.push(value === null ? NONE : unknownIn(value, names));
      if (sampled.length < MAX_SAMPLED) return;
      sampled = sampled.filter((_, index) => index % 2 === 0);
      stride *= 2;
    },
    drift: () => ({ sampled: sampled.length, unknown: countsOf(sampled) }),
  };
}

function unknownIn(value: Uint8Array, known: ReadonlySet<string>): readonly string[] {
  try {
    const json: unknown = JSON.parse(utf8.decode(value));
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return NONE;
    return Object.keys(json).filter((name) => !known.has(name));
  } catch {
    // What is not JSON has no fields; that it is none, the contract says.
    return NONE;
  }
}

function countsOf(sampled: readonly (readonly string[])[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of sampled.flat()) {
    const short = name.slice(0, MAX_NAME_LENGTH);
    if (counts.has(short) || counts.size < MAX_NAMES) counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
