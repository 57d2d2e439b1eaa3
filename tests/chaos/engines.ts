import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { z } from 'zod';
import { freePort } from '../end-to-end/command.ts';

const Command = z.object({ command: z.string(), args: z.array(z.string()), cwd: z.string() });
type Command = z.infer<typeof Command>;

const UP_WITHIN_MS = 90_000;
const POLL_MS = 100;

/** A server of a test's own, to be killed and started again on what it kept. */
export class Engine {
  readonly address: string;
  readonly #dir: string;
  readonly #command: Command;
  readonly #ready: (address: string) => Promise<void>;
  #process: ChildProcess | null = null;
  #atExit = () => this.#process?.kill('SIGKILL');

  constructor(
    place: { readonly address: string; readonly dir: string },
    command: Command,
    ready: (address: string) => Promise<void>,
  ) {
    this.address = place.address;
    this.#dir = place.dir;
    this.#command = command;
    this.#ready = ready;
    process.on('exit', this.#atExit);
  }

  /** Starts it and waits until it can be used. */
  async start(): Promise<void> {
    const { command, args, cwd } = this.#command;
    const started = spawn(command, args, { cwd, stdio: 'ignore' });
    this.#process = started;
    const died = once(started, 'exit').then(([how]) => {
      throw new Error(`${command} did not come up: it ended with ${String(how)}`);
    });
    await Promise.race([untilSo(() => this.#ready(this.address)), died]);
    died.catch(() => undefined);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Copies all it keeps to a folder beside; it must not run. */
  async backUp(): Promise<void> {
    await cp(this.#dir, `${this.#dir}-copy`, { recursive: true });
  }

  /** Puts the copy back; it must not run. */
  async restore(): Promise<void> {
    await rm(this.#dir, { recursive: true });
    await cp(`${this.#dir}-copy`, this.#dir, { recursive: true });
  }

  async close(): Promise<void> {
    await this.#end('SIGKILL');
    process.off('exit', this.#atExit);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const ending = this.#process;
    this.#process = null;
    if (ending?.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    await gone;
  }
}

/** A Temporal server that keeps its database in a folder under `home`; not started. */
export async function ownTemporal(home: string): Promise<Engine> {
  const [dir, port] = [join(home, 'temporal'), await freePort()];
  await mkdir(dir, { recursive: true });
  return new Engine({ address: `127.0.0.1:${port}`, dir }, await commandOf('temporal', dir, [port]), answersAsTemporal);
}

/** A broker that keeps its log in a folder under `home`; not started. */
export async function ownBroker(home: string): Promise<Engine> {
  const [dir, port, controllerPort] = [join(home, 'broker'), await freePort(), await freePort()];
  await mkdir(dir, { recursive: true });
  return new Engine({ address: `127.0.0.1:${port}`, dir }, await commandOf('broker', dir, [port, controllerPort]), accepts);
}

async function commandOf(engine: string, dir: string, ports: readonly string[]): Promise<Command> {
  const { stdout } = await promisify(execFile)(process.execPath, ['tests/chaos/engine-command.mjs', engine, dir, ...ports]);
  return Command.parse(JSON.parse(stdout));
}

async function answersAsTemporal(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '2 seconds' });
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' });
  } finally {
    await connection.close();
  }
}

async function accepts(address: string): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: Number(address.split(':')[1]) });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

async function untilSo(attempt: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + UP_WITHIN_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (failure) {
      if (Date.now() > deadline) throw failure;
      await wait(POLL_MS);
    }
  }
}
