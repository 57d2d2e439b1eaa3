import { code } from './program.wasm.ts';

const PAGE_BYTES = 65_536;
/** Memory of one machine at most: some ten times what a segment of the default size takes. */
const MAX_BYTES = 1 << 30;

/** What the compiled program offers; see records.as.ts. */
export interface Program {
  readonly begin: (orders: number, free: number) => void;
  readonly clearGroup: () => void;
  readonly scan: (from: number, to: number) => number;
  readonly isFull: () => number;
  readonly rowCount: () => number;
  readonly stage: (size: number) => number;
  readonly putStaged: (column: number, size: number) => void;
  readonly putCell: (column: number, value: number) => void;
  readonly putMissing: (column: number) => void;
  readonly putOrigin: (offset: number, time: number) => void;
  readonly endRow: () => void;
  readonly settle: (column: number) => void;
  readonly nextPage: (column: number, bytes: number) => number;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What is used of WebAssembly: Node has it, its types do not. */
declare const WebAssembly: {
  readonly RuntimeError: new () => Error;
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Program };
};

/** A running program and its memory, which one user has at a time. */
export interface Machine {
  readonly program: Program;
  readonly memory: Memory;
}

let compiled: object | null = null;
const idle: Machine[] = [];
/** Machines that are kept for the next user; each keeps the memory it once needed. */
const MAX_IDLE = 4;

/** A machine with at least so many bytes of memory, whatever is in it. */
export function takeMachine(bytes: number): Machine {
  const machine = idle.pop() ?? newMachine();
  const missing = Math.ceil((bytes - machine.memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) machine.memory.grow(missing);
  return machine;
}

/** Gives a machine back; what it answered last is no longer there. */
export function giveBack(machine: Machine): void {
  if (idle.length < MAX_IDLE) idle.push(machine);
}

/** True when a machine had no memory left for what it was told. */
export function isOutOfMemory(thrown: unknown): boolean {
  return thrown instanceof WebAssembly.RuntimeError;
}

function newMachine(): Machine {
  compiled ??= new WebAssembly.Module(Buffer.from(code, 'base64'));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_BYTES / PAGE_BYTES });
  return { program: new WebAssembly.Instance(compiled, { env: { memory } }).exports, memory };
}
