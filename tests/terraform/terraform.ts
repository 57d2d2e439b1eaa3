import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** How a command ended, and all it printed. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A copy of terraform/ that is initialised from the mirror, and knows no credentials and no way to Google. */
export interface Terraform {
  readonly folder: string;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
  /** Puts `now` in place of `was`, which stands in the file once. */
  readonly edit: (file: string, was: string, now: string) => void;
  /** Plans with these variables against an empty state. @throws Error with what Terraform printed */
  readonly plan: (variables: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly close: () => void;
}

/** The program and the mirror that the test's setup has found; null where they were not built. */
export function terraformHere(): { readonly binary: string; readonly mirror: string } | null {
  const found = z.object({ TEST_TERRAFORM: z.string(), TEST_TERRAFORM_MIRROR: z.string() }).safeParse(process.env);
  return found.success ? { binary: found.data.TEST_TERRAFORM, mirror: found.data.TEST_TERRAFORM_MIRROR } : null;
}

/** A token that no one takes, and a proxy that is not there: whoever asks Google fails. */
const OFFLINE = { GOOGLE_OAUTH_ACCESS_TOKEN: 'none', HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };

const KEPT = /^(PATH|HOME|TMPDIR)$/;

/** @throws Error when there is no Terraform, or it cannot be initialised */
export async function openTerraform(): Promise<Terraform> {
  const here = terraformHere();
  if (here === null) throw new Error('there is no Terraform with providers; npm run tools -- terraform-provider builds them');
  const root = mkdtempSync(join(tmpdir(), 'soundflow-terraform-'));
  const folder = join(root, 'terraform');
  cpSync('terraform', folder, { recursive: true, filter: (path) => !/\.terraform|tfstate|\.tfvars$/.test(path) });
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => KEPT.test(name)));
  const env = { ...kept, ...OFFLINE, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' };
  const run = (...args: readonly string[]) => runCommand([here.binary, ...args], folder, env);
  const terraform: Terraform = {
    folder,
    run,
    edit: (file, was, now) => {
      const parts = readFileSync(join(folder, file), 'utf8').split(was);
      if (parts.length !== 2) throw new Error(`${file} has ${JSON.stringify(was)} ${String(parts.length - 1)} times`);
      writeFileSync(join(folder, file), parts.join(now));
    },
    plan: (variables) => planOf(run, variables),
    close: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
  await well(run('init', '-backend=false', '-no-color', `-plugin-dir=${here.mirror}`));
  return terraform;
}

async function planOf(run: Terraform['run'], variables: Readonly<Record<string, string>>): Promise<unknown> {
  const given = Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);
  await well(run('plan', '-no-color', '-lock=false', '-refresh=false', '-out=plan.bin', ...given));
  const plan: unknown = JSON.parse(await well(run('show', '-json', 'plan.bin')));
  return plan;
}

/** What a command printed. @throws Error when it failed */
async function well(ending: Promise<Ended>): Promise<string> {
  const { code, output } = await ending;
  if (code !== 0) throw new Error(`terraform ended with ${String(code)}:\n${output}`);
  return output;
}

function runCommand(
  [command = '', ...args]: readonly string[],
  cwd: string,
  env: Record<string, string | undefined>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}
