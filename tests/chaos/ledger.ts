import type { OffsetRange } from '../../core/ports/event-log.ts';
import type { Seeded } from './seeded.ts';
import type { Setup } from './setup.ts';

/** An event that a broker acknowledged: where, and which; null for a tombstone, which has no number. */
export interface Sent {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
  readonly event: number | null;
}

/** An event to send; every event of a topic has a number of its own. */
export interface Made {
  readonly event: number | null;
  readonly value: string | null;
}

/** What was sent to a topic, and what must be in the lake for it. */
export class Ledger {
  #sent: Sent[] = [];
  #epochs = new Map<number, number>();
  #events = 0;

  /** Makes `count` events, some of which fit no contract. */
  make(count: number, { padding, misfits }: Pick<Setup, 'padding' | 'misfits'>, next: Seeded): readonly Made[] {
    return Array.from({ length: count }, () => {
      this.#events += 1;
      const made = { event: this.#events, value: eventOf(this.#events, next.text(padding)) };
      return next.chance(misfits) ? misfitOf(made, next) : made;
    });
  }

  /** Takes down that `events` were acknowledged, from `base` on. */
  acknowledge(partition: number, base: number, events: readonly Made[]): void {
    const epoch = this.#epochs.get(partition) ?? 0;
    this.#sent.push(...events.map(({ event }, index) => ({ epoch, partition, offset: base + index, event })));
  }

  /** What comes next to this partition belongs to its next epoch. */
  openEpoch(partition: number): void {
    this.#epochs.set(partition, (this.#epochs.get(partition) ?? 0) + 1);
  }

  /** The partition was cut off at `cut`: what it still holds from `from` on is read once more, in its next epoch. */
  reread(partition: number, from: number, cut: number): void {
    const epoch = this.#epochs.get(partition) ?? 0;
    this.openEpoch(partition);
    const kept = this.#sent.filter(
      (it) => it.epoch === epoch && it.partition === partition && it.offset >= from && it.offset < cut,
    );
    this.#sent.push(...kept.map((it) => ({ ...it, epoch: epoch + 1 })));
  }

  /** The broker lost a range that was not landed, in the partition's present epoch. */
  lose({ partition, from, to }: OffsetRange): void {
    const epoch = this.#epochs.get(partition) ?? 0;
    const isLost = (it: Sent) => it.epoch === epoch && it.partition === partition && it.offset >= from && it.offset < to;
    this.#sent = this.#sent.filter((it) => !isLost(it));
  }

  /** Every event that must be in the lake, as `epoch/partition/offset=event`. */
  wanted(): readonly string[] {
    return this.#sent.map(nameOf);
  }
}

/** An event with its place, as text. */
export function nameOf({ epoch, partition, offset, event }: Sent): string {
  return `${String(epoch)}/${String(partition)}/${String(offset)}=${String(event ?? 'none')}`;
}

function eventOf(event: number, padding: string): string {
  const who = {
    auth: 'Logged In',
    level: 'free',
    city: 'Lyon',
    zip: '69001',
    state: 'CA',
    userAgent: `x${padding}`,
    lon: 1,
    lat: 2,
  };
  const what = { artist: 'A', song: 'S', duration: 200, ts: 1_763_600_000_000 + event, sessionId: 1, itemInSession: event };
  return JSON.stringify({ ...what, ...who });
}

function misfitOf({ event, value }: { readonly event: number; readonly value: string }, next: Seeded): Made {
  const misfits: readonly Made[] = [
    { event: null, value: null },
    { event, value: `{"broken": ${String(event)}` },
    { event, value: value.replace('"duration":200', '"duration":"long"') },
    { event, value: value.replace('"auth":"Logged In",', '') },
    { event, value: value.replace('"sessionId":1', '"sessionId":5.7') },
  ];
  return next.pick(misfits);
}

/** The number of the event in a record's raw text, null when there is none. */
export function eventIn(raw: string | null): number | null {
  const found = /"(?:broken|itemInSession)": ?(\d+)/.exec(raw ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
