import type { HourOfDeadLetters } from '../core/landing/dead-letters.ts';
import type { DeadLetter } from '../core/ports/landed-files.ts';
import { print, type Output } from './output.ts';
import { table } from './table.ts';

const SHOWN_BYTES = 200;

/** Dead letters of several topics, hour by hour. */
export type DeadLetters = readonly { readonly topic: string; readonly hours: AsyncIterable<HourOfDeadLetters> }[];

/** Counts dead letters by topic, hour, reason and field. */
export async function countDeadLetters(all: DeadLetters, output: Output): Promise<void> {
  const counts = new Map<string, { topic: string; hour: string; reason: string; path: string; count: number }>();
  for (const { topic, hours } of all) {
    for await (const { hour, letters } of hours) {
      for (const { reason, path } of letters) {
        const key = JSON.stringify([topic, hour, reason, path]);
        const known = counts.get(key) ?? { topic, hour, reason, path, count: 0 };
        counts.set(key, { ...known, count: known.count + 1 });
      }
    }
  }
  const rows = [...counts.values()];
  print(output, rows, () =>
    rows.length === 0
      ? 'There is no dead letter: every record fits its contract.'
      : table(
          ['topic', 'landing hour', 'records', 'field', 'reason'],
          rows.map((row) => [row.topic, row.hour, row.count, row.path, row.reason]),
        ),
  );
}

/** Shows the newest dead letters of a topic, at most `limit`, with the record as it was. */
export async function showDeadLetters(
  hours: AsyncIterable<HourOfDeadLetters>,
  { limit }: { readonly limit: number },
  output: Output,
): Promise<void> {
  const shown: (DeadLetter & { readonly hour: string })[] = [];
  for await (const { hour, letters } of hours) {
    shown.push(...letters.slice(0, limit - shown.length).map((letter) => ({ hour, ...letter })));
    if (shown.length >= limit) break;
  }
  const asJson = shown.map(({ raw, ...rest }) => ({
    ...rest,
    raw_base64: raw === null ? null : Buffer.from(raw).toString('base64'),
  }));
  print(output, asJson, () => (shown.length === 0 ? 'There is no dead letter.' : shown.map(textOf).join('\n\n')));
}

function textOf(letter: DeadLetter & { readonly hour: string }): string {
  const { epoch, partition, offset, at, path, reason, raw, hour } = letter;
  const place = `partition ${String(partition)}, offset ${String(offset)}${epoch === 0 ? '' : `, epoch ${String(epoch)}`}`;
  return [
    `${place} · landed ${hour} · sent ${new Date(at).toISOString()}`,
    `  ${path === '' ? 'record' : path}: ${reason}`,
    `  ${rawText(raw)}`,
  ].join('\n');
}

/** The record as text, control characters shown, cut after some hundred bytes. */
function rawText(raw: Uint8Array | null): string {
  if (raw === null) return '(no value)';
  const text = JSON.stringify(Buffer.from(raw.subarray(0, SHOWN_BYTES)).toString())
    .slice(1, -1)
    .replaceAll('\\"', '"');
  return raw.length > SHOWN_BYTES ? `${text}… (${String(raw.length)} bytes)` : text;
}
