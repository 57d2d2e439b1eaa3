import { createHash } from 'node:crypto';
import type { Contract } from '../../core/assets.ts';
import { DEAD_LETTER, LINEAGE, type Column } from '../../core/columns.ts';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import { startOf } from '../../core/hours.ts';
import type { EncodedFile, Encoder, RawSegment } from '../../core/ports/encoder.ts';
import type { LogRecord } from '../../core/ports/event-log.ts';
import { parquetOf } from './parquet.ts';
import { rangesOf } from './ranges.ts';

/** Grows whenever a change here may give other bytes for the same records. */
const VERSION = 'arrow-21.2.0/parquet-wasm-0.8.0/1';

/** First and last instant that every store of ours can hold, epoch milliseconds: the years 1 to 9999. */
const FIRST_INSTANT_MS = -62_135_596_800_000;
const LAST_INSTANT_MS = 253_402_300_799_999;

type Row = Readonly<Record<string, unknown>>;

/** Encodes with apache-arrow and parquet-wasm, on the calling thread; `contracts` by topic. */
export function createArrowEncoder(contracts: ReadonlyMap<string, Contract>): Encoder {
  return {
    version: VERSION,
    async encode(segment) {
      const contract = contracts.get(segment.topic);
      if (contract === undefined) throw unknownTopic(segment.topic, [...contracts.keys()]);
      const { rows, deadLetters } = sorted(segment, contract);
      return Promise.resolve({
        rows: fileOf(rows, [...contract.columns, ...LINEAGE]),
        deadLetters: fileOf(deadLetters, DEAD_LETTER),
      });
    },
  };
}

function sorted(
  segment: RawSegment,
  contract: Contract,
): { readonly rows: readonly Row[]; readonly deadLetters: readonly Row[] } {
  const landedHour = startOf(segment.landedHour);
  const rows: Row[] = [];
  const deadLetters: Row[] = [];
  for (const record of segment.records) {
    const lineage = { ...lineageOf(record, segment.epoch), _landed_hour: landedHour };
    const decoded = contract.decode(record.value);
    if (decoded.ok) {
      rows.push({ ...decoded.row, ...lineage });
    } else {
      const { reason, path } = decoded;
      deadLetters.push({ ...lineage, topic: segment.topic, reason, path, raw_base64: base64(record.value) });
    }
  }
  return { rows, deadLetters };
}

/** A producer may send any 64 bits as the time of a record; what no store can hold is brought to the nearest that it can. */
function lineageOf({ partition, offset, timestamp }: LogRecord, epoch: number): Row {
  const kafkaTime = Math.min(Math.max(timestamp, FIRST_INSTANT_MS), LAST_INSTANT_MS);
  return { _epoch: epoch, _partition: partition, _offset: offset, _kafka_time: kafkaTime };
}

function base64(value: Uint8Array | null): string | null {
  return value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}

function fileOf(rows: readonly Row[], columns: readonly Column[]): EncodedFile | null {
  if (rows.length === 0) return null;
  const values = columns.map((column) => [column, rows.map((row) => row[column.name])] as const);
  try {
    const content = parquetOf(values);
    const digest = createHash('sha256').update(content).digest('hex');
    return { content, digest, rows: rows.length, ranges: rangesOf(values) };
  } catch (cause) {
    if (cause instanceof SoundFlowError) throw cause;
    const message = `parquet-wasm: cannot encode ${String(rows.length)} rows: ${messageOf(cause)}. Lower the bytes of a segment.`;
    throw new SoundFlowError('UNAVAILABLE', message, { cause });
  }
}

function unknownTopic(topic: string, known: readonly string[]): SoundFlowError {
  return new SoundFlowError(
    'BAD_ASSET',
    `topic ${topic}: has no contract. Add assets/topics/${topic}.ts; known: ${known.join(', ')}.`,
  );
}
