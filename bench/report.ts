import { grouped, table } from '../cli/table.ts';

/** What one contender reached on one backlog. */
export interface Result {
  /** `soundflow-1`, `soundflow-2`, `soundflow-1-bad`, or the name of a peer. */
  readonly name: string;
  readonly about: string;
  readonly events: number;
  readonly eventsPerCpuSecond: number;
  readonly eventsPerSecond: number;
  readonly peakRssMb: number;
  /** Bytes of Parquet; null for one that writes none. */
  readonly bytesPerEvent: number | null;
  /** Null for one whose event loop was not watched. */
  readonly loopDelayP99Ms: number | null;
}

/** Ours on one worker: what is compared with others per CPU-second. */
export const REFERENCE = 'soundflow-1';

/** Ours on two workers: what is compared with others per second. */
export const REFERENCE_OF_TWO = 'soundflow-2';

const HEAD = ['', 'events/CPU-second', 'ours ×', 'events/second', 'ours ×', 'peak MB', 'bytes/event', 'loop delay p99'];

/** The rows of the table. `ours ×` says how many times as much SoundFlow does: with one worker per CPU-second, with two per second. */
export function rowsOf(results: readonly Result[]): readonly (readonly string[])[] {
  const reference = results.find(({ name }) => name === REFERENCE);
  const two = results.find(({ name }) => name === REFERENCE_OF_TWO);
  return results.map((result) => [
    result.about,
    grouped(Math.round(result.eventsPerCpuSecond)),
    times(reference?.eventsPerCpuSecond, result.eventsPerCpuSecond),
    grouped(Math.round(result.eventsPerSecond)),
    times(two?.eventsPerSecond, result.eventsPerSecond),
    grouped(Math.round(result.peakRssMb)),
    result.bytesPerEvent === null ? '–' : result.bytesPerEvent.toFixed(1),
    result.loopDelayP99Ms === null ? '–' : `${result.loopDelayP99Ms.toFixed(1)} ms`,
  ]);
}

/** The table for a terminal. */
export function textTable(results: readonly Result[]): string {
  return table(HEAD, rowsOf(results));
}

/** The table for BENCHMARKS.md. */
export function markdownTable(results: readonly Result[]): string {
  return markdown(HEAD, rowsOf(results));
}

/** A table in Markdown whose first column is text and the others are figures. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** One line of JSON: the figures of each contender, rounded to what can be told apart. */
export function jsonLine(heading: object, results: readonly Result[]): string {
  const contenders = results.map(({ name, events, ...figures }) => ({
    name,
    events,
    eventsPerCpuSecond: Math.round(figures.eventsPerCpuSecond),
    eventsPerSecond: Math.round(figures.eventsPerSecond),
    peakRssMb: Math.round(figures.peakRssMb),
    bytesPerEvent: figures.bytesPerEvent === null ? null : tenth(figures.bytesPerEvent),
    loopDelayP99Ms: figures.loopDelayP99Ms === null ? null : tenth(figures.loopDelayP99Ms),
  }));
  return JSON.stringify({ ...heading, contenders });
}

function times(ours: number | undefined, theirs: number): string {
  return ours === undefined ? '–' : (ours / theirs).toFixed(2);
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
