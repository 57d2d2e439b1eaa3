/** One generated event: `sequence` counts all events of a simulation from 0; `key` decides its partition. */
export interface SimulatedEvent {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly timestamp: number;
  readonly sequence: number;
}

/** The newest event of one topic and partition that an earlier life of the generator left in the sink. */
export interface SinkPosition {
  readonly topic: string;
  readonly partition: number;
  readonly timestamp: number;
  readonly sequence: number;
  /** The mark that the sender gave with `open`, naming the simulation the sequence belongs to. */
  readonly simulation: string;
}

/** Where the generator sends its events. */
export interface EventSink {
  /** Sends in order and resolves when all are acknowledged, once each; returns how many were, by topic. @throws UNAVAILABLE */
  send(events: readonly SimulatedEvent[], simulation: string): Promise<Readonly<Record<string, number>>>;
  /** The newest event in every partition of these topics that holds one. */
  positions(topics: readonly string[]): Promise<readonly SinkPosition[]>;
  /** The partition that an event of this key goes to, the same in every life. */
  partitionOf(topic: string, key: string): number;
  close(): Promise<void>;
}
