/** Metadata requests that tell topics' ids; Kafka has them since 2.8. */
export const METADATA_WITH_TOPIC_IDS = 10;

const NO_ID_BYTES = Buffer.alloc(16);
const BROKER_FIXED_BYTES = 4;

/** What a broker says of a topic: its id as Kafka writes it, null for brokers that give none. */
export interface DescribedTopic {
  readonly errorCode: number;
  readonly id: string | null;
}

/** A Metadata request of version 10 for one topic, which is not made by asking; begins with the end of its header. */
export function encodeDescribeTopic(topic: string): Buffer {
  const name = Buffer.from(topic);
  const noTags = Buffer.from([0]);
  return Buffer.concat([
    noTags, // of the header
    Buffer.from([2]), // one topic
    NO_ID_BYTES,
    compactLength(name.length),
    name,
    noTags, // of the topic
    Buffer.from([0, 0, 0]), // make no topic, tell no rights of cluster and topic
    noTags,
  ]);
}

/** Reads a Metadata response of version 10 to a request of one topic; begins with the end of its header. */
export function decodeDescribedTopic(response: Buffer): DescribedTopic {
  const reader = new CompactReader(response);
  reader.skipTags();
  reader.at += 4; // throttle time
  for (let brokers = reader.length(); brokers > 0; brokers -= 1) {
    reader.at += BROKER_FIXED_BYTES;
    reader.skipText(); // host
    reader.at += 4; // port
    reader.skipText(); // rack
    reader.skipTags();
  }
  reader.skipText(); // cluster
  reader.at += 4; // controller
  if (reader.length() < 1) throw new Error('Kafka answered a question for a topic with none');
  const errorCode = response.readInt16BE(reader.at);
  reader.at += 2;
  reader.skipText(); // name
  const id = response.subarray(reader.at, reader.at + NO_ID_BYTES.length);
  return { errorCode, id: id.equals(NO_ID_BYTES) ? null : id.toString('base64url') };
}

/** Lengths of Kafka's compact texts and lists: one more than they are, so that zero is none. */
function compactLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length + 1;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

class CompactReader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  length(): number {
    return this.#varint() - 1;
  }

  skipText(): void {
    const length = this.length();
    this.at += Math.max(0, length);
  }

  skipTags(): void {
    for (let tags = this.#varint(); tags > 0; tags -= 1) {
      this.#varint();
      const size = this.#varint();
      this.at += size;
    }
  }

  #varint(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.#bytes.readUInt8(this.at);
      this.at += 1;
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
  }
}
