import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  UndefinedPayloadConverter,
} from '@temporalio/common';
import type { Payload } from '@temporalio/common';

/** JSON, but what is none becomes a value that says so: a handler answers such a message, and no workflow is stuck on it. */
class ForgivingJsonConverter extends JsonPayloadConverter {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature of the class above
  override fromPayload<T>(payload: Payload): T {
    try {
      return super.fromPayload<T>(payload);
    } catch (cause) {
      const undecodable = cause instanceof Error ? cause.message : String(cause);
      return super.fromPayload<T>(super.toPayload({ undecodable }) ?? payload);
    }
  }
}

/** The converter that workers and the workflow bundle use, by Temporal's name for it. */
export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new ForgivingJsonConverter(),
);
