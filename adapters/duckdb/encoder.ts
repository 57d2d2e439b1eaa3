import type { Contract } from '../../core/assets.ts';
import { SoundFlowError } from '../../core/errors.ts';
import type { Encoder, SegmentEncoder, SegmentHeading } from '../../core/ports/encoder.ts';
import { closedSieve, createSieve, type Sieve } from '../../core/sieve.ts';
import { HEAD_FIELDS } from './line-buffer.ts';
import { LineScanner } from './line-scanner.ts';
import { once, openScratchEngine } from './scratch-engine.ts';
import { DuckDbSegment, type SegmentParts } from './segment.ts';

/** Grows whenever a change here may give other bytes for the same records. */
const VERSION = 'duckdb-1.5.5/3';

/** Contracts by topic, the folder to work in (null: in memory where the machine has a place for it), and for tests another sieve, without a scanner. */
export interface DuckDbEncoderOptions {
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly scratchDir: string | null;
  readonly sieveOf?: (contract: Contract) => Sieve;
}

/** An encoder with a database and a scratch folder, both opened when first needed; `close` gives them back. */
export interface DuckDbEncoder extends Encoder {
  close(): Promise<void>;
}

/** Encodes with DuckDB, outside of the event loop but for the sieve. */
export function createDuckDbEncoder({ contracts, scratchDir, sieveOf }: DuckDbEncoderOptions): DuckDbEncoder {
  const engine = once(() => openScratchEngine(scratchDir));
  // One of each, made when first needed: engines run functions faster that exist only once.
  const readers = new Map<Contract, Readers>();
  const readersOf = (contract: Contract): Readers => {
    const known =
      readers.get(contract) ?? (sieveOf === undefined ? readersFor(contract) : { sieve: sieveOf(contract), scanner: null });
    readers.set(contract, known);
    return known;
  };
  return {
    version: VERSION,
    open(heading) {
      const contract = contractFor(heading, contracts);
      return openedLater(
        async () => new DuckDbSegment({ engine: await engine.get(), contract, heading, ...readersOf(contract) }),
      );
    },
    close: async () => (await engine.made())?.close(),
  };
}

/** What tells plain records from others. */
type Readers = Pick<SegmentParts, 'sieve' | 'scanner'>;

function readersFor({ rules }: Contract): Readers {
  if (rules === null) return { sieve: closedSieve, scanner: null };
  const reserved = Object.values(HEAD_FIELDS);
  return { sieve: createSieve(rules, reserved), scanner: new LineScanner(rules, reserved) };
}

/** A segment that is opened by the first call to it. */
function openedLater(open: () => Promise<SegmentEncoder>): SegmentEncoder {
  const segment = once(open);
  return {
    add: async (chunk, epoch) => (await segment.get()).add(chunk, epoch),
    finish: async () => (await segment.get()).finish(),
    discard: async () => (await segment.made())?.discard(),
  };
}

function contractFor({ topic }: SegmentHeading, contracts: ReadonlyMap<string, Contract>): Contract {
  const contract = contracts.get(topic);
  if (contract === undefined) {
    const message = `topic ${topic}: has no contract. Add assets/topics/${topic}.ts; known: ${[...contracts.keys()].join(', ')}.`;
    throw new SoundFlowError('BAD_ASSET', message);
  }
  const names = new Set<string>(Object.values(HEAD_FIELDS));
  const taken = contract.columns.find(({ name }) => names.has(name.toLowerCase()));
  if (taken === undefined) return contract;
  throw new SoundFlowError(
    'BAD_ASSET',
    `topic ${topic}: field ${taken.name} has a name that the encoder uses itself. Name it otherwise.`,
  );
}
