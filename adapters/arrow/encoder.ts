import { createHash } from 'node:crypto';
import type { Contract } from '../../core/assets.ts';
import { DEAD_LETTER, LINEAGE, type Column } from '../../core/columns.ts';
import { createDriftSample } from '../../core/drift.ts';
import { messageOf, SoundFlowError, unknownTopic } from '../../core/errors.ts';
import { startOf } from '../../core/hours.ts';
import { nearestInstant } from '../../core/instants.ts';
import type { EncodedFile, Encoder, SegmentEncoder, SegmentHeading } from '../../core/ports/encoder.ts';
import type { LogRecord } from '../../core/ports/event-log.ts';
import { recordsOf } from '../../core/records.ts';
import { parquetOf } from './parquet.ts';
import { rangesOf } from './ranges.ts';

/** Grows whenever a change here may give other bytes for the same records. */
const VERSION = 'arrow-21.2.0/parquet-wasm-0.8.0/2';

/** Encodes with apache-arrow and parquet-wasm, on the calling thread; `contracts` by topic. Holds a segment's values until it is finished. */
export function createArrowEncoder(contracts: ReadonlyMap<string, Contract>): Encoder {
  return {
    version: VERSION,
    open(heading) {
      const contract = contracts.get(heading.topic);
      if (contract === undefined) throw unknownTopic(heading.topic, [...contracts.keys()]);
      return openSegment(heading, contract);
    },
  };
}

function openSegment(heading: SegmentHeading, contract: Contract): SegmentEncoder {
  const rows = createRows([...contract.columns, ...LINEAGE]);
  const deadLetters = createRows(DEAD_LETTER);
  const drift = createDriftSample(contract.columns.map(({ name }) => name));
  const landedHour = startOf(heading.landedHour);

  function take(record: LogRecord, epoch: number): void {
    const { value, partition, offset, timestamp } = record;
    if (drift.isDue()) drift.look(value);
    const kafkaTime = nearestInstant(timestamp);
    const lineage = {
      _epoch: epoch,
      _kafka_partition: partition,
      _offset: offset,
      _kafka_time: kafkaTime,
      _landed_hour: landedHour,
    };
    const decoded = contract.decode(value);
    if (decoded.ok) rows.add(decoded.row, lineage);
    // The bytes of a chunk are many records': what is kept of it is a copy.
    else deadLetters.add({ ...decoded, topic: heading.topic, raw: value === null ? null : new Uint8Array(value) }, lineage);
  }

  return {
    add(chunk, epoch) {
      for (const record of recordsOf(chunk)) take(record, epoch);
      return Promise.resolve();
    },
    finish() {
      const files = { rows: rows.toFile(), deadLetters: deadLetters.toFile(), drift: drift.drift() };
      return Promise.resolve(files);
    },
    discard() {
      rows.clear();
      deadLetters.clear();
      return Promise.resolve();
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Rows being collected, by column. */
interface Rows {
  add(row: Row, lineage: Row): void;
  toFile(): EncodedFile | null;
  clear(): void;
}

function createRows(columns: readonly Column[]): Rows {
  const collected = columns.map((column) => [column, new Array<unknown>()] as const);
  const clear = () => {
    for (const [, values] of collected) values.length = 0;
  };
  return {
    add(row, lineage) {
      for (const [{ name }, values] of collected) values.push(name in lineage ? lineage[name] : row[name]);
    },
    toFile() {
      const file = fileOf(collected);
      clear();
      return file;
    },
    clear,
  };
}

function fileOf(values: Parameters<typeof parquetOf>[0]): EncodedFile | null {
  const rows = values[0]?.[1].length ?? 0;
  if (rows === 0) return null;
  try {
    const content = parquetOf(values);
    return { content, digest: createHash('sha256').update(content).digest('hex'), rows, ranges: rangesOf(values) };
  } catch (cause) {
    if (cause instanceof SoundFlowError) throw cause;
    const message = `parquet-wasm: cannot encode ${String(rows)} rows: ${messageOf(cause)}. Lower LANDING_SEGMENT_BYTES.`;
    throw new SoundFlowError('UNAVAILABLE', message, { cause });
  }
}
