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
    const { dictionary, bounds } = next.settle(0);
    expect(Buffer.from(bounds?.min ?? []).toString()).toBe('abc');
    expect(
      Buffer.concat([dictionary?.content ?? new Uint8Array(), next.nextPage(0, 100)?.content ?? new Uint8Array()]).includes(
        'abc',
      ),
    ).toBe(true);
    expect(next.nextPage(0, 100)).toBeNull();
    next.close();
  });

  it('give texts that do not repeat page by page, rows without one among them', () => {
    const columns = new GrowingColumns({ columns: [raw], rules: null, groupRows: 10_000 });
    columns.setSource(SOURCE);
    const text = (row: number) => (row % 10 === 0 ? null : Buffer.from(`text ${String(row)}`));
    for (let row = 0; row < 6_000; row += 1) columns.put({ raw: text(row) }, row, 0);
    const { values, nulls, dictionary } = columns.settle(0);
    expect({ values, nulls, dictionary }).toEqual({ values: 5_400, nulls: 600, dictionary: null });
    const pages: { readonly rows: number; readonly size: number }[] = [];
    for (let page = columns.nextPage(0, 10_000); page !== null; page = columns.nextPage(0, 10_000)) {
      pages.push({ rows: page.rows, size: page.content.length });
    }
    expect(pages.reduce((sum, { rows }) => sum + rows, 0)).toBe(6_000);
    expect(pages.length).toBeGreaterThan(6);
    expect(Math.max(...pages.map(({ size }) => size))).toBeLessThan(11_000);
    columns.close();
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
