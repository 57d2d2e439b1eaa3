/** What may go wrong, and whether trying the same thing again can help. A new code without an answer here does not compile. */
const RETRYABLE = {
  BAD_REQUEST: false,
  BAD_SETTING: false,
  BAD_ASSET: false,
  BAD_LOG: false,
  DATA_LOSS: false,
  NOT_FOUND: false,
  LEDGER: false,
  BUILD_FAILED: false,
  LOCKED: true,
  UNAVAILABLE: true,
  DAMAGED: true,
  CANCELLED: false,
} as const satisfies Record<string, boolean>;

/** The closed set of error codes. */
export type ErrorCode = keyof typeof RETRYABLE;

/** The one error class: `message` says what went wrong, where, and what to do next; never a secret. */
export class SoundFlowError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'SoundFlowError';
    this.code = code;
  }

  /** True when the same call may succeed later without anybody's help. */
  get retryable(): boolean {
    return RETRYABLE[this.code];
  }
}

/** What a process says of what ended it: the words of an error that has words for it, else all there is to find the fault by. */
export function lastWordsOf(thrown: unknown): string {
  if (thrown instanceof SoundFlowError) return thrown.message;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

/** What is thrown for a topic that no contract is known of. */
export function unknownTopic(topic: string, known: readonly string[]): SoundFlowError {
  const message = `topic ${topic}: has no contract. Add assets/topics/${topic}.ts; known: ${known.join(', ')}.`;
  return new SoundFlowError('BAD_ASSET', message);
}

/** The text of anything thrown, without its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
