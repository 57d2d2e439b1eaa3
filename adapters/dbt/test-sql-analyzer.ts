import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const Column = z.object({ name: z.string(), type: z.string() });

const Analysis = z.object({
  statements: z.array(z.object({ kind: z.string(), path: z.array(z.string()).nullable(), columns: z.array(Column).nullable() })),
  error: z.object({ message: z.string(), line: z.int(), column: z.int() }).nullable(),
});

/** A column and its GoogleSQL type, such as INT64. */
export type SqlColumn = z.infer<typeof Column>;

/** A table by `[project, dataset, name]`. */
export interface SqlTable {
  readonly path: readonly string[];
  readonly columns: readonly SqlColumn[];
}

/** What each statement of a script yields, up to the first that is wrong; lines and columns count from 1. */
export type Analysis = z.infer<typeof Analysis>;

/** Google's SQL analyzer in a process of its own, which answers one question after the other. */
export interface SqlAnalyzer {
  analyze(tables: readonly SqlTable[], sql: string): Promise<Analysis>;
  close(): void;
}

/** Starts the analyzer of the part sql-analyzer. @throws when TEST_SQL_ANALYZER, its Java and class path as JSON, is not set. */
export function startSqlAnalyzer(place: string | undefined): SqlAnalyzer {
  if (place === undefined) throw new Error('TEST_SQL_ANALYZER: not set. The contract set-up sets it from the part sql-analyzer.');
  const { java, classPath } = z.object({ java: z.string(), classPath: z.string() }).parse(JSON.parse(place));
  const child = spawn(java, ['-cp', classPath, 'Analyze'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting: { resolve: (analysis: Analysis) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    waiting.shift()?.resolve(Analysis.parse(JSON.parse(line)));
  });
  child.once('close', (code) => {
    for (const { reject } of waiting) reject(new Error(`the SQL analyzer ended with exit code ${String(code)}`));
  });
  return {
    analyze: (tables, sql) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify({ tables, sql })}\n`);
      }),
    close: () => {
      child.stdin.end();
    },
  };
}
