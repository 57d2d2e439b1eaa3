import { format, resolveConfig } from 'prettier';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { withSection, type Section } from './section.ts';
import { loadBefore, machine, versions } from './machine.ts';

const PAGE = 'BENCHMARKS.md';

/** Where, when and with what a run took place. */
export interface Circumstances {
  readonly at: Date;
  readonly machine: string;
  readonly load: string;
  readonly versions: string;
}

/** The circumstances of a run that begins now. */
export function circumstances(): Circumstances {
  return { at: new Date(), machine: machine(), load: loadBefore(), versions: versions() };
}

/** Puts the last run into its section of BENCHMARKS.md, and leaves all else as it is. */
export async function writeSection(section: Section, circumstances: Circumstances, text: string): Promise<void> {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const written = withSection(page, section, `${about(circumstances)}\n\n${text}`);
  writeFileSync(PAGE, await format(written, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}

function about({ at, machine: where, load, versions: used }: Circumstances): string {
  return `Run of ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC on ${where}; load average before it ${load}.\n${used}.`;
}
