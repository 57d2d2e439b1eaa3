import { hoursBetween, isHour, type Hour } from '../hours.ts';

/** What may be done to the closed hours of a topic: read them again from the broker, join their small files, or land their dead letters. */
export type AmendmentKind = 'rebuild' | 'compact' | 'replay';

/** Hours `[from, to)` of a topic to amend. */
export interface AmendmentRequest {
  readonly kind: AmendmentKind;
  readonly topic: string;
  readonly from: Hour;
  readonly to: Hour;
}

/** What became of one hour. `position` is that of the last commit, null when there was nothing to do. */
export interface AmendedHour {
  readonly hour: Hour;
  readonly position: number | null;
  readonly message: string;
}

/** How far an amendment is. */
export interface AmendmentProgress {
  readonly kind: AmendmentKind;
  readonly topic: string;
  readonly total: number;
  readonly done: readonly AmendedHour[];
  readonly problems: readonly string[];
  readonly state: 'planning' | 'working' | 'succeeded' | 'failed';
}

/** Hours that one request may span: thirty-one days. */
export const MAX_AMENDMENT_HOURS = 744;

const KINDS: readonly string[] = ['rebuild', 'compact', 'replay'] satisfies readonly AmendmentKind[];

/** A request that can be used, or what is wrong with it in words. */
export type ParsedAmendment =
  { readonly ok: true; readonly request: AmendmentRequest } | { readonly ok: false; readonly problem: string };

/** Reads a request from anything a message or a command line may carry. The topic is checked by name later. */
export function parseAmendment(message: unknown): ParsedAmendment {
  if (typeof message !== 'object' || message === null) return refuse('a request is one JSON object', message);
  const { kind, topic, from, to }: Record<string, unknown> = { ...message };
  if (!isKind(kind)) return refuse(`"kind" is one of ${KINDS.join(', ')}`, kind);
  if (typeof topic !== 'string' || topic === '') return refuse('"topic" is the name of a topic', topic);
  if (typeof from !== 'string' || !isHour(from)) return refuse('"from" is a UTC hour such as "2026-11-20T00"', from);
  if (typeof to !== 'string' || !isHour(to)) return refuse('"to" is a UTC hour such as "2026-11-21T00", itself not included', to);
  if (to <= from) return refuse('"to" lies after "from"', to);
  if (hoursBetween(from, to).length > MAX_AMENDMENT_HOURS)
    return refuse(`one request spans at most ${String(MAX_AMENDMENT_HOURS)} hours; send several`, to);
  return { ok: true, request: { kind, topic, from, to } };
}

function isKind(value: unknown): value is AmendmentKind {
  return typeof value === 'string' && KINDS.includes(value);
}

function refuse(rule: string, value: unknown): ParsedAmendment {
  const shown = value === undefined ? 'nothing' : JSON.stringify(value);
  const example = '{"kind":"rebuild","topic":"listen_events","from":"2026-11-20T00","to":"2026-11-20T01"}';
  return { ok: false, problem: `${rule}; got ${shown.slice(0, 120)}. Example: ${example}` };
}
