import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SoundFlowError } from '../../core/errors.ts';
import type { BuildRequest, BuildResult, ModelNode, Transformer } from '../../core/ports/transformer.ts';
import { readBuildResult, readModels } from './artifacts.ts';
import { readLogLine } from './log.ts';
import { missingAsNull } from './system-error.ts';
import { advised, passingFailure } from './failure.ts';
import { isSound, mergeResults } from './outcome.ts';
import { runInGroup, type Ended } from './process.ts';
import { finishAttempt, openAttempt, parseFolder } from './run-folder.ts';

/** Where dbt and its project are. `targetRoot` holds a folder a run, the newest 20; `env` is set over this process's environment. */
export interface DbtOptions {
  readonly python: string;
  readonly projectDir: string;
  readonly profilesDir: string;
  readonly target: string;
  readonly targetRoot: string;
  readonly logDir: string;
  readonly env: Readonly<Record<string, string>>;
}

interface DbtCall {
  readonly args: readonly string[];
  readonly targetDir: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** What a dbt process came to: exit code 0, 1 (something failed, as results tell) or 2, null when killed; and its errors. */
interface DbtOutcome extends Ended {
  readonly errors: readonly string[];
}

/** Builds with dbt Core, one child process a build, in `projectDir` through its run_dbt.py. */
export function createDbtTransformer(options: DbtOptions): Transformer {
  return {
    build: (request) => build(options, request),
    models: () => models(options),
  };
}

async function build(options: DbtOptions, request: BuildRequest): Promise<BuildResult> {
  const { dir, earlier } = await openAttempt(options.targetRoot, request.runName);
  if (earlier !== null && isSound(earlier.result)) return earlier.result;
  const args = earlier === null ? buildArgs(request.models) : ['retry', '--state', earlier.dir];
  const outcome = await callDbt(options, { args, targetDir: dir, signal: request.signal, onProgress: request.onProgress });
  if (outcome.code !== 0 && outcome.code !== 1) throw nothingRun(outcome);
  const result = await resultsOf(dir, outcome);
  const merged = earlier === null ? result : mergeResults(earlier.result, result);
  requireAll(request.models, merged);
  await finishAttempt(dir, merged);
  const passing = passingFailure(messagesOfErrors(merged));
  if (passing !== undefined) throw passing;
  return merged;
}

function buildArgs(names: readonly string[]): readonly string[] {
  const wrong = names.find((name) => !/^\w+$/.test(name));
  if (names.length > 0 && wrong === undefined)
    return ['build', '--indirect-selection', 'cautious', '--select', ...names.map((name) => `+${name}`)];
  throw new SoundFlowError(
    'BAD_REQUEST',
    `dbt build: ${JSON.stringify(wrong ?? names)} names no model. Give names such as mart_top_songs.`,
  );
}

async function callDbt(options: DbtOptions, { args, targetDir, signal, onProgress }: DbtCall): Promise<DbtOutcome> {
  const errors: string[] = [];
  const onLine = (line: string) => {
    const event = readLogLine(line);
    if (event.kind === 'ended') onProgress?.(event.line);
    if (event.kind === 'error') errors.push(event.message);
  };
  await mkdir(options.logDir, { recursive: true });
  const dbtArgs = [...args, ...placeArgs(options, targetDir), ...LOG_ARGS];
  const pairs = Object.entries(options.env).map(([name, value]) => `${name}=${value}`);
  const script = [join(options.projectDir, 'run_dbt.py'), ...pairs, '--', ...dbtArgs];
  const ended = await runInGroup({ file: options.python, args: script, cwd: options.projectDir, signal, onLine });
  return { ...ended, errors };
}

const LOG_ARGS = [
  '--log-format',
  'json',
  '--log-level',
  'info',
  '--log-format-file',
  'text',
  '--log-level-file',
  'info',
  '--no-use-colors',
];

function placeArgs({ projectDir, profilesDir, target, logDir }: DbtOptions, targetDir: string): readonly string[] {
  const places = { 'project-dir': projectDir, 'profiles-dir': profilesDir, target, 'target-path': targetDir, 'log-path': logDir };
  return Object.entries(places).flatMap(([name, value]) => [`--${name}`, value]);
}

async function resultsOf(dir: string, outcome: DbtOutcome): Promise<BuildResult> {
  const result = await missingAsNull(readBuildResult(dir));
  if (result === null) throw nothingRun(outcome);
  return result;
}

function requireAll(names: readonly string[], { models }: BuildResult): void {
  const missing = names.filter((name) => !models.some((model) => model.name === name));
  if (missing.length === 0) return;
  throw new SoundFlowError('BUILD_FAILED', `dbt build: the project has no model ${missing.join(', ')}. Add it under dbt/models.`);
}

function nothingRun({ code, errors, stderr }: DbtOutcome): SoundFlowError {
  const passing = passingFailure([...errors, stderr]);
  if (passing !== undefined) return passing;
  const said = errors[0] ?? stderr.trim().split('\n').at(-1) ?? '';
  if (code === 0 || code === 1 || code === 2)
    return new SoundFlowError('BUILD_FAILED', `dbt: nothing was built: ${advised(said)}. See its log.`);
  return new SoundFlowError('UNAVAILABLE', `dbt: ended by a signal from outside (exit code ${String(code)}). ${said}`.trim());
}

function messagesOfErrors({ models, tests }: BuildResult): readonly string[] {
  return [...models, ...tests].filter(({ status }) => status === 'error').map(({ message }) => message);
}

async function models(options: DbtOptions): Promise<readonly ModelNode[]> {
  const targetDir = parseFolder(options.targetRoot);
  const parsedAt = (await missingAsNull(stat(join(targetDir, 'manifest.json'))))?.mtimeMs ?? 0;
  if (parsedAt <= (await lastChange(options.projectDir))) {
    await mkdir(targetDir, { recursive: true });
    const outcome = await callDbt(options, { args: ['parse'], targetDir });
    if (outcome.code !== 0) throw nothingRun(outcome);
  }
  return readModels(targetDir);
}

/** When a file of the project was last written, added or removed: a folder's time tells the latter two. */
async function lastChange(projectDir: string): Promise<number> {
  const paths = ['dbt_project.yml', 'models', 'macros', 'tests'].map((name) => join(projectDir, name));
  const below = await Promise.all(
    paths.slice(1).map(async (path) => (await readdir(path, { recursive: true })).map((name) => join(path, name))),
  );
  const stats = await Promise.all([...paths, ...below.flat()].map((path) => stat(path)));
  return Math.max(...stats.map(({ mtimeMs }) => mtimeMs));
}
