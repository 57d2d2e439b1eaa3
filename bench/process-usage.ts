import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { SoundFlowError } from '../core/errors.ts';

/** What processes have used since they began: user and system CPU, and the peak of their resident memory. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

const TICKS = { user: 11, system: 12, childrenUser: 13, childrenSystem: 14 } as const;
let ticksPerSecond: number | null = null;

/** The use of a process and its descendants, the ended ones too; memory is the sum of their peaks. @throws NOT_FOUND when it is gone. */
export function usageOf(pid: number): ProcessUsage {
  const family = [pid, ...descendantsOf(pid)].flatMap((member) => read(member) ?? []);
  if (family.length === 0) throw new SoundFlowError('NOT_FOUND', `process ${String(pid)}: it has ended before it was measured.`);
  return {
    cpuSeconds: family.reduce((sum, { stat }) => sum + cpuSecondsOf(stat), 0),
    peakRssMb: family.reduce((sum, { status }) => sum + peakRssMbOf(status), 0),
  };
}

/** CPU seconds in a line of /proc/<pid>/stat: all threads, and children that were waited for. */
export function cpuSecondsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return Object.values(TICKS).reduce((sum, index) => sum + Number(fields[index]), 0) / ticksPerSecond;
}

/** The peak of resident memory in /proc/<pid>/status, in MB of a million bytes. */
export function peakRssMbOf(status: string): number {
  return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
}

/** @throws BAD_REQUEST where /proc is not what Linux makes of it. */
export function requireProc(): void {
  if (process.platform === 'linux') return;
  throw new SoundFlowError(
    'BAD_REQUEST',
    `bench: CPU and memory are read from /proc, which ${process.platform} does not have. Run it on Linux.`,
  );
}

function descendantsOf(pid: number): readonly number[] {
  const children = threadsOf(pid).flatMap((thread) => childrenOf(pid, thread));
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function threadsOf(pid: number): readonly string[] {
  return ifThere(() => readdirSync(`/proc/${String(pid)}/task`)) ?? [];
}

function childrenOf(pid: number, thread: string): readonly number[] {
  const text = ifThere(() => readFileSync(`/proc/${String(pid)}/task/${thread}/children`, 'utf8')) ?? '';
  return text.split(' ').filter(Boolean).map(Number);
}

function read(pid: number): { readonly stat: string; readonly status: string } | null {
  const folder = `/proc/${String(pid)}`;
  return ifThere(() => ({ stat: readFileSync(`${folder}/stat`, 'utf8'), status: readFileSync(`${folder}/status`, 'utf8') }));
}

/** A process may end between two looks; then it has nothing to tell. */
function ifThere<T>(look: () => T): T | null {
  try {
    return look();
  } catch (failure) {
    if (isGone(failure)) return null;
    throw failure;
  }
}

function isGone(failure: unknown): boolean {
  if (typeof failure !== 'object' || failure === null || !('code' in failure)) return false;
  return failure.code === 'ENOENT' || failure.code === 'ESRCH';
}
