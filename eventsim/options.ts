import { SoundFlowError } from '../core/errors.ts';

/** What both modes of the generator share; see `Simulation` for the rates. */
interface PeopleOptions {
  readonly seed: number;
  /** Default 2: in a year, two newcomers for each listener. */
  readonly growthRate?: number;
  /** Default 0.2. */
  readonly attritionRate?: number;
}

/** A past range (epoch milliseconds), as fast as it goes: exactly `count` events, spread over `[from, to)`. */
export interface HistoryOptions extends PeopleOptions {
  readonly mode: 'history';
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Events as they happen. */
export interface LiveOptions extends PeopleOptions {
  readonly mode: 'live';
  /** Events per second of simulated time, as the mean of an ordinary week; the hour and the day make it more or less. */
  readonly rate: number;
  /** Seconds of simulated time per second; 1 is real pace. */
  readonly speed: number;
  /** How far back a restart sends what it missed, in milliseconds of simulated time; default 1 hour. */
  readonly catchUpMs?: number;
}

/** What to generate. */
export type EventsimOptions = HistoryOptions | LiveOptions;

/** @throws SoundFlowError BAD_REQUEST naming the option, its value and what it may be. */
export function checkOptions(options: EventsimOptions): void {
  const rates = [
    wholeOption('seed', options.seed, { from: 0 }),
    numberOption('growthRate', options.growthRate ?? 0, { from: 0, to: 1000 }),
    numberOption('attritionRate', options.attritionRate ?? 0, { from: 0, to: 1000 }),
  ];
  const ofMode =
    options.mode === 'history'
      ? [
          wholeOption('count', options.count, { from: 1 }),
          wholeOption('from', options.from, { from: 0 }),
          wholeOption('to', options.to, { from: options.from + 1 }),
        ]
      : [
          numberOption('rate', options.rate, { from: 0.001, to: 100_000 }),
          numberOption('speed', options.speed, { from: 0.001, to: 1_000_000 }),
          wholeOption('catchUpMs', options.catchUpMs ?? 0, { from: 0 }),
        ];
  const fault = [...rates, ...ofMode].find((found) => found !== null);
  if (fault !== undefined) throw new SoundFlowError('BAD_REQUEST', `eventsim option ${fault}`);
}

interface Bounds {
  readonly from: number;
  readonly to?: number;
}

function wholeOption(name: string, value: number, bounds: Bounds): string | null {
  return Number.isSafeInteger(value)
    ? numberOption(name, value, bounds)
    : `${name}: ${String(value)} is not a whole number. Give one.`;
}

function numberOption(name: string, value: number, { from, to = Number.MAX_SAFE_INTEGER }: Bounds): string | null {
  if (value >= from && value <= to) return null;
  return `${name}: ${String(value)} is out of range. Give a number from ${String(from)} to ${String(to)}.`;
}
