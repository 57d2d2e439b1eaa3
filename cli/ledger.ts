import type { Catalog, LedgerEntry } from '../core/ports/catalog.ts';
import { print, type Output } from './output.ts';
import { table } from './table.ts';

/** The ledger: every landing hour with what was read, landed, rejected and loaded, and the difference, which must be zero. */
export async function showLedger(catalog: Catalog, output: Output): Promise<void> {
  const entries = await catalog.ledger();
  const difference = entries.reduce((sum, entry) => sum + entry.difference, 0);
  print(output, { difference, entries }, () => ledgerText(entries, difference));
}

/** The ledger as people read it, with a line of totals. */
export function ledgerText(entries: readonly LedgerEntry[], difference: number): string {
  if (entries.length === 0)
    return 'The ledger is empty: nothing was loaded yet. The first run comes a few seconds after the first landing.';
  const head = [
    'topic',
    'landing hour',
    'consumed',
    'redeemed',
    'rows',
    'dead letters',
    'empty',
    'lost',
    'loaded',
    'staged',
    'difference',
  ];
  const rows = entries.map((it) => [
    it.topic,
    it.hour,
    it.consumed,
    it.redeemed,
    it.rows,
    it.deadLetters,
    it.empty,
    it.lost,
    it.loaded,
    it.staged,
    it.difference,
  ]);
  return `${table(head, rows)}\n\n${difference === 0 ? 'The ledger balances to zero.' : `The ledger is off by ${String(difference)}.`}`;
}
