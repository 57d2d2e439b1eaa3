const WORDS: Readonly<Record<string, string>> = { id: 'ID', iso: 'ISO', utc: 'UTC', pct: '%', avg: 'average' };

/** What a reader of a report sees for a column: `paid_ratio_pct` is `Paid ratio %`. */
export function columnName(name: string): string {
  const words = name.split('_').filter((word) => word !== '');
  return capitalized(words.map((word) => WORDS[word] ?? word).join(' '));
}

/** What a reader of a report sees for a mart: `mart_top_songs` is `Top songs`. */
export function tableName(mart: string): string {
  return columnName(mart.replace(/^mart_/, ''));
}

/** The column with the day of an instant: `registered_at` gives `registered_on`. */
export function dayColumn(instant: string): string {
  return `${instant.replace(/_at$/, '')}_on`;
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
