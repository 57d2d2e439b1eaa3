/** A workflow's current run as its server shows it, and how many events the run's history has. */
export interface ShownRun {
  readonly runId: string;
  readonly events: number;
}

/** What a server has shown of its workflows so far. */
export interface Histories {
  /**
   * Tells whether the server has forgotten something since: a history is shorter than it was, an earlier run is current again, or
   * a workflow that was there is not (null). Servers do so only when they were restored from an older copy, or are others.
   */
  isBehind(workflowId: string, shown: ShownRun | null): boolean;
}

/** Earlier runs that are remembered of each workflow. */
const RUNS = 50;

/** Begins with nothing seen. */
export function createHistories(): Histories {
  const seen = new Map<string, readonly ShownRun[]>();
  return {
    isBehind(workflowId, shown) {
      const [last, ...earlier] = seen.get(workflowId) ?? [];
      if (shown === null) return last !== undefined;
      if (earlier.some(({ runId }) => runId === shown.runId)) return true;
      if (last?.runId === shown.runId && shown.events < last.events) return true;
      const before = last === undefined || last.runId === shown.runId ? earlier : [last, ...earlier];
      seen.set(workflowId, [shown, ...before].slice(0, RUNS));
      return false;
    },
  };
}
