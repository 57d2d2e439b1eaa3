import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Report, type Fleet, type Order } from './orders.ts';

/** The program of a worker and the bundle of its workflows, each a file. */
export interface Programs {
  readonly worker: string;
  readonly workflows: string;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (failure: Error) => void;
}

/** What `ulimit -f` counts in. */
const BLOCK_BYTES = 512;

/** A process of landing workers that may be held, stopped and killed. */
export class WorkerProcess {
  readonly child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #held = new Set<string>();
  readonly #faults = new Map<string, number>();
  #changed: Waiting[] = [];
  #orders = 0;

  /** Starts one; `fileBytes` is the largest file that the system lets it write. */
  static async start({ worker, workflows }: Programs, fileBytes: number | null = null): Promise<WorkerProcess> {
    const run = [process.execPath, worker, workflows];
    const limited = ['/bin/sh', '-c', 'ulimit -f "$0" && exec "$@"', String((fileBytes ?? 0) / BLOCK_BYTES), ...run];
    const command = fileBytes === null ? run : limited;
    const [program = '', ...args] = command;
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const process_ = new WorkerProcess(child);
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => {
        resolve();
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`the worker did not come up: it ended with ${String(code ?? signal)}`));
      });
    });
    return process_;
  }

  private constructor(child: ChildProcess) {
    this.child = child;
    child.on('message', (message) => {
      this.#read(Report.parse(message));
    });
    child.once('exit', (code, signal) => {
      const gone = new Error(`the worker ended with ${String(code ?? signal)}`);
      for (const { reject } of [...this.#waiting.values(), ...this.#changed]) reject(gone);
      this.#waiting.clear();
      this.#changed = [];
    });
  }

  serve(fleet: Fleet): Promise<void> {
    return this.order({ do: 'serve', fleet });
  }

  /** Resolves when the order is carried out; one given to a stopped process, when it goes on. */
  order(order: Order): Promise<void> {
    const number = (this.#orders += 1);
    return new Promise((resolve, reject) => {
      if (this.#isGone()) {
        reject(new Error(`the worker is gone: nobody to ${order.do}`));
        return;
      }
      this.#waiting.set(number, { resolve, reject });
      this.child.send({ number, order });
    });
  }

  /** Resolves when the fleet is held at its gate. */
  async held(id: string): Promise<void> {
    await this.#until(() => this.#held.has(id));
  }

  /** Resolves when the fleet was met by so many faults. */
  async faults(id: string, count: number): Promise<void> {
    await this.#until(() => (this.#faults.get(id) ?? 0) >= count);
  }

  faultsOf(id: string): number {
    return this.#faults.get(id) ?? 0;
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    if (this.#isGone()) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  stop(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  #isGone(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  #read(report: Report): void {
    if (report.what === 'ready') return;
    if (report.what === 'done') {
      const asked = this.#waiting.get(report.number);
      this.#waiting.delete(report.number);
      if (report.why === null) asked?.resolve();
      else asked?.reject(new Error(report.why));
      return;
    }
    if (report.what === 'held') this.#held.add(report.id);
    else this.#faults.set(report.id, this.faultsOf(report.id) + 1);
    const changed = this.#changed;
    this.#changed = [];
    changed.forEach(({ resolve }) => {
      resolve();
    });
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#isGone()) throw new Error('the worker ended before it was waited for');
      await new Promise<void>((resolve, reject) => {
        this.#changed.push({ resolve, reject });
      });
    }
  }
}
