import { z } from 'zod';
import { readConfig, settings } from '../../temporal.config.ts';
import { findingsOf } from './policy.ts';
import { openTerraform, type Terraform } from './terraform.ts';

const PROJECT = { project: 'music-test-1' };
const EVERYTHING = {
  ...PROJECT,
  lake_tables: 'true',
  staging_days: '90',
  analysts: '["group:analysts@example.com"]',
  budget: '{ billing_account = "012345-6789AB-CDEF01", amount = 100, currency = "USD" }',
  catalog_database: '{ tier = "db-custom-1-3840" }',
  secrets: '["kafka-password"]',
};
const FEDERATED = {
  ...PROJECT,
  credential_mode: 'workload_identity',
  workload_identity: '{ issuer = "https://token.example.com", subject = "worker", token_file = "/token" }',
};

const Outputs = z.object({ planned_values: z.object({ outputs: z.object({ env: z.object({ value: z.string() }) }) }) });
const Summary = z.object({
  type: z.literal('test_summary'),
  test_summary: z.object({ status: z.string(), passed: z.number(), failed: z.number(), errored: z.number() }),
});

jest.setTimeout(600_000);

let terraform: Terraform;
beforeEach(async () => {
  terraform = await openTerraform();
});
afterEach(() => {
  terraform.close();
});

it('is formatted and valid', async () => {
  expect(await terraform.run('fmt', '-check', '-recursive', '-diff')).toEqual({ code: 0, output: '' });
  const { code, output } = await terraform.run('validate', '-no-color');
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('configuration is valid') });
  expect(output).not.toContain('Warning');
});

it('passes its own tests on mocked providers', async () => {
  const { output } = await terraform.run('test', '-json');
  const lines = output.split('\n');
  expect(lines.filter((line) => line.includes('"@level":"error"'))).toEqual([]);
  const [summary] = lines.flatMap((line) =>
    line.includes('"test_summary"') ? [Summary.parse(JSON.parse(line)).test_summary] : [],
  );
  expect(summary).toMatchObject({ status: 'pass', failed: 0, errored: 0 });
  expect(summary?.passed).toBeGreaterThan(30);
});

it.each([
  ['as it comes', PROJECT],
  ['with everything', EVERYTHING],
  ['with an uploaded key', { ...PROJECT, credential_mode: 'uploaded_key', public_key_file: 'tests/certificate.pem' }],
  ['with workload identity', FEDERATED],
  ['on GKE', { ...PROJECT, credential_mode: 'workload_identity', gke_service_account: 'soundflow/soundflow-worker' }],
])('plans nothing that breaks a rule, %s', async (_, variables) => {
  expect(findingsOf(await terraform.plan(variables))).toEqual([]);
});

it('prints settings that a worker takes', async () => {
  const { outputs } = Outputs.parse(await terraform.plan(EVERYTHING)).planned_values;
  const lines = outputs.env.value.trimEnd().split('\n');
  const env = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const));
  const known = new Set(settings().map(({ name }) => name));
  expect([...env.keys()].filter((name) => !known.has(name))).toEqual([]);
  expect(readConfig(Object.fromEntries(env))).toMatchObject({
    profile: 'gcp',
    google: { project: 'music-test-1', storage: { bucket: 'music-test-1-soundflow-lake' }, bigQuery: { location: 'US' } },
  });
});

interface Mistake {
  readonly what: string;
  readonly file: string;
  readonly was: string;
  readonly now: string;
}

describe('a mistake is caught', () => {
  it.each<Mistake>([
    {
      what: 'a misspelt argument',
      file: 'storage.tf',
      was: 'uniform_bucket_level_access = true',
      now: 'uniform_bucket_level_acces = true',
    },
    { what: 'an argument of the wrong kind', file: 'accounts.tf', was: '"Reads the marts."', now: '["Reads the marts."]' },
    {
      what: 'a resource that is none',
      file: 'accounts.tf',
      was: '"google_service_account" "bi"',
      now: '"google_service_acount" "bi"',
    },
    { what: 'a variable that is none', file: 'storage.tf', was: '= var.destroy_data', now: '= var.destroy' },
  ])('by validate: $what', async ({ file, was, now }) => {
    terraform.edit(file, was, now);
    const { code, output } = await terraform.run('validate', '-no-color');
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(file) });
  });

  it.each<Mistake & { readonly finding: RegExp }>([
    {
      what: 'a public member',
      file: 'iam.tf',
      was: 'role       = "roles/bigquery.dataViewer"\n  member     = each.value',
      now: 'role       = "roles/bigquery.dataViewer"\n  member     = "allUsers"',
      finding: /readers.*: is open to allUsers/,
    },
    {
      what: 'an admin',
      file: 'iam.tf',
      was: '"roles/storage.objectCreator"',
      now: '"roles/storage.objectAdmin"',
      finding: /grants roles\/storage.objectAdmin, which is broad/,
    },
    {
      what: 'data of the whole project',
      file: 'iam.tf',
      was: '"roles/bigquery.jobUser"',
      now: '"roles/bigquery.dataViewer"',
      finding: /grants roles\/bigquery.dataViewer on the whole project/,
    },
    {
      what: 'a bucket that can be public',
      file: 'storage.tf',
      was: '"enforced"',
      now: '"inherited"',
      finding: /can be made public/,
    },
    {
      what: 'a rule that deletes',
      file: 'storage.tf',
      was: '"AbortIncompleteMultipartUpload"',
      now: '"Delete"',
      finding: /deletes by age files that commits name/,
    },
    {
      what: 'a log that grows cold',
      file: 'storage.tf',
      was: '"${topic}/2"',
      now: '"${topic}/"',
      finding: /logs too, to NEARLINE/,
    },
  ])('by the rules: $what', async ({ file, was, now, finding }) => {
    terraform.edit(file, was, now);
    expect((await terraform.plan(PROJECT).then(findingsOf)).join('\n')).toMatch(finding);
  });

  it.each<Mistake & { readonly suite: string }>([
    {
      suite: 'access',
      what: 'commits that workers may remove',
      file: 'iam.tf',
      was: "!resource.name.endsWith('.json')",
      now: 'true',
    },
    {
      suite: 'credentials',
      what: 'a key for everybody on the machine',
      file: 'credentials.tf',
      was: 'private_key\n  file_permission      = "0600"',
      now: 'private_key\n  file_permission      = "0644"',
    },
    {
      suite: 'lake',
      what: 'datasets that go with what is in them',
      file: 'bigquery.tf',
      was: '= var.destroy_data',
      now: '= true',
    },
    {
      suite: 'refusals',
      what: 'a variable that takes anything',
      file: 'variables.tf',
      was: 'var.soft_delete_days >= 7 &&',
      now: 'var.soft_delete_days >= 1 &&',
    },
  ])('by its tests: $what', async ({ suite, file, was, now }) => {
    terraform.edit(file, was, now);
    expect(await terraform.run('test', '-no-color', `-filter=tests/${suite}.tftest.hcl`)).toEqual({
      code: 1,
      output: expect.stringMatching(/[1-9]\d* failed/),
    });
  });
});
