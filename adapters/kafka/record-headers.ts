import { RecordCursor } from './record-cursor.ts';

/** Headers of one record, values as text; of two with the same name the last. */
export type Headers = ReadonlyMap<string, string>;

/** Headers of each of `count` records in an inflated batch, in offset order. */
export function* headersOf(records: Buffer, count: number): Generator<Headers> {
  const cursor = new RecordCursor(records);
  const skip = (length: number): void => {
    cursor.at += Math.max(0, length);
  };
  const text = (): string => {
    const length = cursor.varint();
    const start = cursor.at;
    skip(length);
    return records.toString('utf8', start, cursor.at);
  };
  for (let index = 0; index < count; index += 1) {
    const end = cursor.varint() + cursor.at;
    cursor.at += 1; // attributes: none are defined
    cursor.varint(); // time
    cursor.varint(); // offset
    skip(cursor.varint()); // key
    skip(cursor.varint()); // value
    const headers = cursor.varint();
    yield new Map(Array.from({ length: headers }, () => [text(), text()]));
    cursor.at = end;
  }
}
