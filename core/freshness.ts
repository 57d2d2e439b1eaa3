import { formatDuration } from './durations.ts';

/** An asset's newest event against a moment it is judged at, all in epoch milliseconds; `watermark` null when it holds none. */
export interface FreshnessQuestion {
  readonly asset: string;
  readonly watermark: number | null;
  readonly reference: number;
  readonly maxAgeMs: number;
}

/** Whether the asset is recent enough, and why. */
export interface FreshnessVerdict {
  readonly status: 'pass' | 'fail';
  readonly message: string;
}

/** Passes when the newest event is at most `maxAgeMs` older than `reference`; an event of the future is never too old. */
export function judgeFreshness({ asset, watermark, reference, maxAgeMs }: FreshnessQuestion): FreshnessVerdict {
  const allowed = `allowed ${formatDuration(maxAgeMs)}`;
  if (watermark === null) return { status: 'fail', message: `${asset}: holds no event, ${allowed}` };
  const age = reference - watermark;
  const described = age < 0 ? `${formatDuration(-age)} ahead of the time it is judged at` : `${formatDuration(age)} old`;
  const message = `${asset}: newest event ${instant(watermark)} is ${described}, ${allowed}`;
  return { status: age <= maxAgeMs ? 'pass' : 'fail', message };
}

/** ISO 8601 in whole seconds. */
function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
