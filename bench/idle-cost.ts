/** CPU seconds that a process had used at an instant (epoch milliseconds). */
export interface Sample {
  readonly at: number;
  readonly cpuSeconds: number;
}

/** What a process cost in all, and what each batch added to its rest. */
export interface IdleCost {
  readonly corePercent: number;
  readonly cpuMsPerBatch: number;
}

/** A batch of little is over long before this. */
const BATCH_WINDOW_MS = 20_000;

/** Ticks lie on multiples of `tickMs` of the wall clock; what is used outside of the time after them is the process's rest. */
export function batchCost(
  samples: readonly Sample[],
  { tickMs, batches }: { readonly tickMs: number; readonly batches: number },
): IdleCost {
  const spans = samples.slice(1).map((sample, index) => spanOf(samples[index] ?? sample, sample));
  const inBatch = (span: Span) => span.at % tickMs < BATCH_WINDOW_MS;
  const [busy, resting] = [sum(spans.filter(inBatch)), sum(spans.filter((span) => !inBatch(span)))];
  const restRate = resting.ms === 0 ? 0 : resting.cpuMs / resting.ms;
  const all = sum(spans);
  return {
    corePercent: all.ms === 0 ? 0 : (100 * all.cpuMs) / all.ms,
    cpuMsPerBatch: batches === 0 ? 0 : Math.max(0, busy.cpuMs - restRate * busy.ms) / batches,
  };
}

interface Span {
  readonly at: number;
  readonly ms: number;
  readonly cpuMs: number;
}

function spanOf(from: Sample, to: Sample): Span {
  return { at: from.at, ms: to.at - from.at, cpuMs: (to.cpuSeconds - from.cpuSeconds) * 1_000 };
}

function sum(spans: readonly Span[]): Omit<Span, 'at'> {
  return spans.reduce((total, { ms, cpuMs }) => ({ ms: total.ms + ms, cpuMs: total.cpuMs + cpuMs }), { ms: 0, cpuMs: 0 });
}
