/** Where a command writes: people's text or one line of JSON. */
export interface Output {
  readonly json: boolean;
  readonly write: (line: string) => void;
}

/** Writes `value` as JSON, or the text for people. */
export function print({ json, write }: Output, value: unknown, text: () => string): void {
  write(json ? JSON.stringify(value) : text());
}
