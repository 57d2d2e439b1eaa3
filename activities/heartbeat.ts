import { Context } from '@temporalio/activity';

const BEAT_MS = 5_000;

/** Runs `work` with a heartbeat every five seconds; the signal aborts when the activity is cancelled or its worker stops. */
export async function withHeartbeat<T>(work: (beat: Beat) => Promise<T>): Promise<T> {
  const context = Context.current();
  let progress: unknown = null;
  const timer = setInterval(() => {
    context.heartbeat(progress);
  }, BEAT_MS);
  try {
    return await work({
      signal: context.cancellationSignal,
      report: (detail) => {
        progress = detail;
        context.heartbeat(detail);
      },
    });
  } finally {
    clearInterval(timer);
  }
}

/** The running heartbeat: `report` changes what it says. */
export interface Beat {
  readonly signal: AbortSignal;
  readonly report: (detail: unknown) => void;
}
