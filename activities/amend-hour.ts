import { SoundFlowError } from '../core/errors.ts';
import type { Hour } from '../core/hours.ts';
import { amendmentCommit, type Amendment } from '../core/landing/amend.ts';
import type { AmendedHour, AmendmentKind } from '../core/landing/amendment.ts';
import type { Head } from '../core/landing/commit.ts';
import { schemaFingerprint } from '../core/landing/schema.ts';
import { compactHour } from './compact-hour.ts';
import type { LandingDeps } from './deps.ts';
import { withHeartbeat, type Beat } from './heartbeat.ts';
import { headOfLog } from './hour-record.ts';
import { putCommit } from './put-commit.ts';
import { rebuildHour } from './rebuild-hour.ts';
import { replayHour } from './replay-hour.ts';
import { topicOf } from './topic-of.ts';

/** One hour of a topic to amend, as of workflow time `now` (epoch milliseconds). */
export interface HourToAmend {
  readonly kind: AmendmentKind;
  readonly topic: string;
  readonly hour: Hour;
  readonly now: number;
}

/** Prepares an amendment on top of a head: writes its files, which nothing names yet. Null when there is nothing to do. */
export type Prepare = (deps: LandingDeps, hour: HourToAmend & { readonly head: Head }, beat: Beat) => Promise<Amendment | null>;

const PREPARE: Readonly<Record<AmendmentKind, Prepare>> = { rebuild: rebuildHour, compact: compactHour, replay: replayHour };

/** Others commit a few times an hour: so many lost races in a row have another cause. */
const ATTEMPTS = 10;

/**
 * Amends one hour: writes what is to be there and puts it in one commit. Landing may commit meanwhile, which costs nothing;
 * another amendment in between makes us look again. Doing it twice changes nothing more.
 */
export function createAmendHour(deps: LandingDeps) {
  return (hour: HourToAmend): Promise<AmendedHour> =>
    withHeartbeat(async (beat) => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const head = await headOfLog(deps.commits, hour.topic);
        const amendment = await PREPARE[hour.kind](deps, { ...hour, head }, beat);
        if (amendment === null) return { hour: hour.hour, position: null, message: 'nothing to do' };
        const position = await commit(deps, { hour, head, amendment });
        if (position !== null) return { hour: hour.hour, position, message: describe(amendment) };
      }
      throw new SoundFlowError('UNAVAILABLE', `${hour.topic} ${hour.hour}: other commits came first ${String(ATTEMPTS)} times.`);
    });
}

async function commit(
  deps: LandingDeps,
  { hour, head, amendment }: { readonly hour: HourToAmend; readonly head: Head; readonly amendment: Amendment },
): Promise<number | null> {
  const { columns } = topicOf(deps.topics, hour.topic).contract;
  const writer = { at: hour.now, encoder: deps.encoder.version, schema: schemaFingerprint(columns) };
  for (;;) {
    const newest = await headOfLog(deps.commits, hour.topic);
    const wasAmended = newest.standing.amendment !== head.standing.amendment;
    if (wasAmended || (amendment.kind === 'replay' && newest.hour !== head.hour)) return null;
    const put = await putCommit(deps, hour.topic, amendmentCommit(amendment, newest, writer));
    if (put.outcome === 'committed') return put.commit.position;
    if (put.outcome === 'refused') throw new SoundFlowError('BAD_LOG', `${hour.topic}: not amended, since ${put.why}.`);
  }
}

function describe({ kind, files, removed, counts }: Amendment): string {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  if (kind === 'replay') return `${String(counts.redeemed)} dead letters became rows`;
  if (kind === 'compact') return `${String(removed.length)} files became ${String(files.length)}, ${String(rows)} rows`;
  return `read again: ${String(counts.rows)} rows and ${String(counts.deadLetters)} dead letters in place of ${String(removed.length)} files`;
}
