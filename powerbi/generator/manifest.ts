import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SoundFlowError } from '../../core/errors.ts';

/** A Python that has dbt, the dbt project, and a folder for what dbt writes. */
export interface ParsePlace {
  readonly python: string;
  readonly projectDir: string;
  readonly targetDir: string;
}

/** The manifest of a dbt project, parsed for BigQuery without reaching it. @throws SoundFlowError BUILD_FAILED with what dbt said */
export function parseManifest({ python, projectDir, targetDir }: ParsePlace): unknown {
  const places = {
    'project-dir': projectDir,
    'profiles-dir': projectDir,
    target: 'gcp',
    'target-path': targetDir,
    'log-path': targetDir,
  };
  const args = Object.entries(places).flatMap(([name, value]) => [`--${name}`, value]);
  const call = spawnSync(python, ['-m', 'dbt.cli.main', 'parse', ...args], { cwd: targetDir, encoding: 'utf8' });
  if (call.status !== 0) {
    throw new SoundFlowError('BUILD_FAILED', `dbt parse: exit code ${String(call.status)}\n${call.stdout}${call.stderr}`, {
      cause: call.error,
    });
  }
  const manifest: unknown = JSON.parse(readFileSync(join(targetDir, 'manifest.json'), 'utf8'));
  return manifest;
}
