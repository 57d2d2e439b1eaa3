import { gunzipSync } from 'node:zlib';
import { SoundFlowError } from '../../core/errors.ts';
import type { RecordBatch } from './record-batches.ts';

/** Headers of one record, values as text; of two with the same name the last. */
export type Headers = ReadonlyMap<string, string>;

/** Headers of every record of a batch, in offset order. @throws BAD_SETTING for a compression that cannot be read. */
export function* headersOf(batch: RecordBatch): Generator<Headers> {
  const reader = new Reader(inflated(batch));
  for (let index = 0; index < batch.count; index += 1) {
    const end = reader.varint() + reader.at;
    reader.at += 1; // attributes: none are defined
    reader.varint(); // time
    reader.varint(); // offset
    reader.skip(reader.varint()); // key
    reader.skip(reader.varint()); // value
    const count = reader.varint();
    yield new Map(Array.from({ length: count }, () => [reader.text(reader.varint()), reader.text(reader.varint())]));
    reader.at = end;
  }
}

function inflated({ codec, body, baseOffset }: RecordBatch): Buffer {
  if (codec === 0) return body;
  if (codec === 1) return gunzipSync(body);
  const message = `record batch at offset ${String(baseOffset)}: its compression cannot be read. Set the topic's compression.type to gzip or uncompressed.`;
  throw new SoundFlowError('BAD_SETTING', message);
}

class Reader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** A zigzag varint of up to 64 bits, exact up to 53. */
  varint(): number {
    let unsigned = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.#bytes.readUInt8(this.at);
      this.at += 1;
      unsigned += (byte & 127) * weight;
      if (byte < 128) return unsigned % 2 === 0 ? unsigned / 2 : -(unsigned + 1) / 2;
    }
  }

  /** Passes over so many bytes; a negative length means null and no bytes. */
  skip(length: number): void {
    this.at += Math.max(0, length);
  }

  text(length: number): string {
    const start = this.at;
    this.skip(length);
    return this.#bytes.toString('utf8', start, this.at);
  }
}
