import type { Column } from '../../core/columns.ts';
import { GrowingColumns } from './columns.ts';

const raw: Column = { name: 'raw', type: 'bytes', required: false, description: 'Anything.' };
const SOURCE = { epoch: 0, partition: 0, landedHour: 0 };

function growing(): GrowingColumns {
  const columns = new GrowingColumns({ columns: [raw], rules: null, groupRows: 10 });
  columns.setSource(SOURCE);
  return columns;
}

describe('growing columns', () => {
  it('refuse what they have no memory for and say what to do; whoever takes their memory next has it whole', () => {
    const full = growing();
    expect(() => {
      full.put({ raw: Buffer.alloc(800 * 1024 * 1024) }, 0, 0);
    }).toThrow(/^no memory for the columns of a segment, .* Lower LANDING_SEGMENT_BYTES\.$/);
    full.close();
    const next = growing();
    next.put({ raw: Buffer.from('abc') }, 7, 0);
    expect(next.rows).toBe(1);
    const { page, dictionary, bounds } = next.encode(0);
    expect(Buffer.concat([dictionary?.content ?? new Uint8Array(), page]).includes('abc')).toBe(true);
    expect(Buffer.from(bounds?.min ?? []).toString()).toBe('abc');
    next.close();
  });

  it('are full after as many rows as a group has', () => {
    const columns = growing();
    for (let row = 0; row < 10; row += 1) {
      expect(columns.isFull).toBe(false);
      columns.put({ raw: null }, row, 0);
    }
    expect(columns.isFull).toBe(true);
    columns.clear();
    expect([columns.isFull, columns.rows]).toEqual([false, 0]);
    columns.close();
  });

  it('are full when one of them has been given much text, also the same again and again', () => {
    const columns = growing();
    const text = Buffer.alloc(6 << 20, 'x');
    for (let row = 0; row < 3; row += 1) {
      expect(columns.isFull).toBe(false);
      columns.put({ raw: text }, row, 0);
    }
    expect(columns.isFull).toBe(true);
    columns.close();
  });
});
