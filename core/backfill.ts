import { addHours, hoursBetween, isHour, type Hour } from './hours.ts';

/** What a backfill is asked for: hours `[from, to)` of staging assets, and whether to build what depends on them. */
export interface BackfillRequest {
  readonly id: string | null;
  readonly assets: readonly string[];
  readonly from: Hour;
  readonly to: Hour;
  readonly concurrency: number;
  readonly descendants: boolean;
}

/** Hours that one request may span: thirty days. */
export const MAX_BACKFILL_HOURS = 720;

const EXAMPLE = '{"assets":["stg_listen_events"],"from":"2026-11-20T00","to":"2026-11-21T00","concurrency":4,"descendants":true}';
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const KNOWN = ['id', 'assets', 'from', 'to', 'concurrency', 'descendants'];

/** A request that can be used, or what is wrong with it in words. */
export type ParsedRequest =
  { readonly ok: true; readonly request: BackfillRequest } | { readonly ok: false; readonly problem: string };

/** Reads a request from anything that a message may carry. Assets are checked by name later, against the graph. */
export function parseBackfillRequest(message: unknown): ParsedRequest {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return refuse('a request is one JSON object', message);
  const fields: Record<string, unknown> = { ...message };
  const unknown = Object.keys(fields).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    return refuse(`there is no field ${JSON.stringify(unknown)}; allowed are ${KNOWN.join(', ')}`, fields[unknown]);
  const { id = null, assets, from, to, concurrency = 4, descendants = false } = fields;
  if (id !== null && (typeof id !== 'string' || !ID.test(id)))
    return refuse('"id" is up to 64 letters, digits, dots, dashes', id);
  if (!isListOfNames(assets)) return refuse('"assets" is a list of at least one asset name', assets);
  if (typeof from !== 'string' || !isHour(from)) return refuse('"from" is a UTC hour such as "2026-11-20T00"', from);
  if (typeof to !== 'string' || !isHour(to)) return refuse('"to" is a UTC hour such as "2026-11-21T00", itself not included', to);
  if (to <= from) return refuse('"to" lies after "from"', to);
  if (to > addHours(from, MAX_BACKFILL_HOURS))
    return refuse(`one request spans at most ${String(MAX_BACKFILL_HOURS)} hours; send several`, to);
  if (!isWholeBetween(concurrency, 1, 16)) return refuse('"concurrency" is a whole number from 1 to 16', concurrency);
  if (typeof descendants !== 'boolean') return refuse('"descendants" is true or false', descendants);
  return { ok: true, request: { id, assets: [...new Set(assets)].sort(), from, to, concurrency, descendants } };
}

/** The hours of a request, ascending. */
export function hoursOf(request: BackfillRequest): readonly Hour[] {
  return hoursBetween(request.from, request.to);
}

function refuse(rule: string, value: unknown): ParsedRequest {
  const shown = value === undefined ? 'nothing' : JSON.stringify(value);
  return { ok: false, problem: `${rule}; got ${shown.slice(0, 120)}. Example: ${EXAMPLE}` };
}

function isListOfNames(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 100 &&
    value.every((name) => typeof name === 'string' && name.length <= 100)
  );
}

function isWholeBetween(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}
