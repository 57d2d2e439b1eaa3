import { z } from 'zod';
import type { Table } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import { hourOf } from '../../core/hours.ts';
import type { LoadedHour } from '../../core/ports/warehouse.ts';
import { withDatabase } from './database.ts';
import { loadsTable } from './ensure.ts';
import { readRows } from './rows.ts';
import { literal, qualified } from './sql.ts';

const Entry = z.object({ at: z.int(), position: z.int(), rows: z.int() });

/** What the book of loads in the database `file` says of a table; nothing when file, book or table are not there. @throws LOCKED */
export async function loadsOf(file: string, table: Table): Promise<readonly LoadedHour[]> {
  // The table is asked as well: one that is gone is then an error, whatever the book says of it.
  const sql = `
    select epoch_ms(hour) as at, position, rows from ${loadsTable(table.schema)}
    where table_name = ${literal(table.name)} and (select count(*) from ${qualified(table)}) >= 0 order by hour`;
  try {
    const rows = await withDatabase({ file, access: 'read' }, (connection) => readRows(connection, sql));
    return rows.map((row) => Entry.parse(row)).map(({ at, ...loaded }) => ({ hour: hourOf(at), ...loaded }));
  } catch (failure) {
    if (failure instanceof SoundFlowError && failure.code === 'NOT_FOUND') return [];
    throw failure;
  }
}
