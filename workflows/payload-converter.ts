import {
  CompositePayloadConverter,
  JsonPayloadConverter,
  BinaryPayloadConverter,
  UndefinedPayloadConverter,
  type Payload,
  type PayloadConverter,
} from '@temporalio/common';

/** What a handler gets in place of a message that is no JSON. */
export interface Undecodable {
  readonly undecodable: string;
}

/** Hands a message that cannot be decoded on as a value that says so: a handler answers it, and no workflow is stuck on it. */
class ForgivingConverter implements PayloadConverter {
  private readonly inner = new CompositePayloadConverter(
    new UndefinedPayloadConverter(),
    new BinaryPayloadConverter(),
    new JsonPayloadConverter(),
  );

  toPayload<T>(value: T): Payload {
    return this.inner.toPayload(value);
  }

  fromPayload<T>(payload: Payload): T {
    try {
      return this.inner.fromPayload<T>(payload);
    } catch (cause) {
      const undecodable: Undecodable = { undecodable: cause instanceof Error ? cause.message : String(cause) };
      return this.inner.fromPayload<T>(this.inner.toPayload(undecodable));
    }
  }
}

/** The converter that workers and the workflow bundle use, by Temporal's name for it. */
export const payloadConverter = new ForgivingConverter();
