import type { Contract } from '../../core/assets.ts';
import { unknownTopic } from '../../core/errors.ts';
import type { Encoder } from '../../core/ports/encoder.ts';
import { ColumnarSegment, type PieceSizes } from './segment.ts';

/** Grows whenever a change here may give other bytes for the same records. */
const VERSION = 'columnar/2';

/** As many rows as a segment has: they share their dictionaries. A page is compressed in one go, in some ten milliseconds. */
const SIZES: PieceSizes = { groupRows: 131_072, pageBytes: 1 << 20 };

/**
 * Encodes on the calling thread, a few milliseconds at a time: plain records go from their bytes to columns in WebAssembly, others by way of
 * the contract. `contracts` by topic.
 */
export function createColumnarEncoder(contracts: ReadonlyMap<string, Contract>, sizes = SIZES): Encoder {
  return {
    version: VERSION,
    open(heading) {
      const contract = contracts.get(heading.topic);
      if (contract === undefined) throw unknownTopic(heading.topic, [...contracts.keys()]);
      return new ColumnarSegment({ contract, heading, ...sizes, createdBy: `soundflow ${VERSION}` });
    },
  };
}
