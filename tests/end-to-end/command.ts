import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A command somebody types, with what it printed so far. */
export interface Command {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** Resolves with the first line, printed or yet to come, that matches; rejects when the command ends before. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves with the exit code when it has ended. */
  ended: Promise<number | null>;
}

export function type(command: readonly string[], env: Readonly<Record<string, string>>): Command {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      waiting.forEach((look) => {
        look(line);
      });
    });
  }
  const ended = once(child, 'close').then(() => child.exitCode);
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = (text: string) => {
        if (!pattern.test(text)) return;
        waiting.delete(look);
        resolve(text);
      };
      waiting.add(look);
      lines.forEach(look);
      void ended.then(() => {
        reject(new Error(`${command.join(' ')} ended without a line like ${String(pattern)}:\n${lines.join('\n')}`));
      });
    });
  return { child, lines, line, ended };
}

/** Processes of this machine whose command line or environment names `text`; this one and its children's shells apart. */
export function processesNaming(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const command = contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
      return command.includes(text) || contentOf(`/proc/${pid}/environ`).includes(text) ? [`${pid} ${command}`] : [];
    });
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Resolves when no process names `text` any more. */
export async function nobodyNames(text: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (let left = processesNaming(text); left.length > 0; left = processesNaming(text)) {
    if (Date.now() > deadline) throw new Error(`still running:\n${left.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A port that was free a moment ago, below those that systems give to outgoing connections. */
export async function freePort(): Promise<string> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 5_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => {
        resolve(false);
      });
      server.listen(port, '127.0.0.1', () => {
        resolve(true);
      });
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return String(port);
  }
}
