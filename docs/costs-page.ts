import { costsOf, quantitiesOf, queryDollars } from './costs.ts';

const RATES = [10, 1000, 100_000];
const FROM = '<!-- tables -->';
const TO = '<!-- end of tables -->';

/** The page with its tables computed anew. @throws when the page lost the marks that its tables stand between */
export function withTables(page: string): string {
  const [head, rest = ''] = page.split(FROM);
  const [, tail] = rest.split(TO);
  if (head === undefined || tail === undefined) throw new Error(`docs/costs.md: ${FROM} or ${TO} is missing. Put both back.`);
  return `${head}${FROM}\n\n${quantityTable()}\n\n${costTable()}\n\n${TO}${tail}`;
}

function quantityTable(): string {
  const of = RATES.map(quantitiesOf);
  return table('a month', [
    ['million events', ...of.map(({ events }) => whole(events / 1e6))],
    ['Parquet written, GB', ...of.map(({ parquetGb }) => whole(parquetGb))],
    ['objects put, thousand', ...of.map(({ puts }) => whole(puts / 1000))],
    ['objects read, thousand', ...of.map(({ gets }) => whole(gets / 1000))],
    ['rows in staging, million', ...of.map(({ stagedRows }) => whole(stagedRows / 1e6))],
    ['read by dbt, incremental facts, TiB', ...of.map(({ incrementalTib }) => oneDecimal(incrementalTib))],
    ['read by dbt, all recomputed, TiB', ...of.map(({ wholeTib }) => oneDecimal(wholeTib))],
    ['on the brokers, three copies, GB', ...of.map(({ brokerGb }) => whole(brokerGb))],
    ['CPUs busy with landing', ...of.map(({ landingCpus }) => landingCpus.toFixed(3))],
    ['actions of Temporal, thousand', ...of.map(({ actions }) => whole(actions / 1000))],
  ]);
}

function costTable(): string {
  const bills = RATES.map(costsOf);
  const names = bills[0]?.map(({ name }) => name) ?? [];
  const rows = names.map((name, at) => [name, ...bills.map((bill) => dollars(bill[at]?.dollars ?? 0))]);
  const totals = bills.map((bill) => bill.reduce((sum, line) => sum + line.dollars, 0));
  const more = RATES.map((rate) => queryDollars(quantitiesOf(rate).wholeTib) - queryDollars(quantitiesOf(rate).incrementalTib));
  return table('US dollars a month', [
    ...rows,
    ['**together**', ...totals.map((total) => `**${dollars(total)}**`)],
    ['more, when all is recomputed every hour', ...more.map(dollars)],
  ]);
}

function table(corner: string, rows: readonly (readonly string[])[]): string {
  const head = [corner, ...RATES.map((rate) => `${whole(rate)} a second`)];
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const oneDecimal = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const dollars = (value: number): string => (value < 10 ? value.toFixed(2) : whole(value));
