import { readdirSync, readFileSync } from 'node:fs';
import { findingsOf, type Resource } from './policy.ts';

const bucket: Resource = {
  address: 'google_storage_bucket.lake',
  type: 'google_storage_bucket',
  values: {
    name: 'a-lake',
    uniform_bucket_level_access: true,
    public_access_prevention: 'enforced',
    force_destroy: false,
    soft_delete_policy: [{ retention_duration_seconds: 1_209_600 }],
    lifecycle_rule: [
      {
        action: [{ type: 'SetStorageClass', storage_class: 'NEARLINE' }],
        condition: [{ age: 30, matches_prefix: ['listen_events/2', 'listen_events/_dead_letters/'] }],
      },
      {
        action: [{ type: 'AbortIncompleteMultipartUpload', storage_class: null }],
        condition: [{ age: 7, matches_prefix: null }],
      },
    ],
  },
};

const resource = (type: string, values: Resource['values']): Resource => ({ address: `${type}.it`, type, values });
const planOf = (...resources: readonly Resource[]) => ({ planned_values: { root_module: { resources } } });
const bucketWith = (values: Resource['values']) => planOf({ ...bucket, values: { ...bucket.values, ...values } });
const cooling = (prefixes: readonly string[] | null) => ({
  action: [{ type: 'SetStorageClass', storage_class: 'NEARLINE' }],
  condition: [{ age: 30, matches_prefix: prefixes }],
});
const ANN = 'user:ann@example.com';

describe('the rules of terraform/', () => {
  it('find nothing in what is sound', () => {
    const plan = planOf(
      bucket,
      resource('google_project_iam_member', { role: 'roles/bigquery.jobUser', member: ANN }),
      resource('google_project_iam_member', { role: 'roles/bigquery.jobUser' }),
      resource('google_storage_bucket_iam_member', { role: 'roles/storage.objectCreator', member: ANN }),
      resource('google_storage_bucket_iam_member', { bucket: 'a-lake', condition: [{}] }),
      resource('google_bigquery_dataset_iam_member', { role: 'roles/bigquery.dataEditor', dataset_id: 'marts' }),
      resource('google_project_iam_custom_role', { role_id: 'soundflowObjectRemover', permissions: ['storage.objects.delete'] }),
      resource('google_bigquery_dataset', { dataset_id: 'marts' }),
      resource('google_sql_database_instance', {
        name: 'soundflow-catalog',
        settings: [{ ip_configuration: [{ ssl_mode: 'ENCRYPTED_ONLY', authorized_networks: [] }] }],
      }),
    );
    expect(findingsOf(plan)).toEqual([]);
  });

  it.each<[string, Resource, string]>([
    [
      'everybody as a reader',
      resource('google_storage_bucket_iam_member', { role: 'roles/storage.objectViewer', member: 'allUsers' }),
      'is open to allUsers',
    ],
    [
      'everybody who has an account',
      resource('google_bigquery_dataset_iam_member', { role: 'roles/bigquery.dataViewer', member: 'allAuthenticatedUsers' }),
      'is open to allAuthenticatedUsers',
    ],
    [
      'everybody, deep in a block',
      resource('google_bigquery_dataset', { dataset_id: 'marts', access: [{ iam_member: 'allUsers' }] }),
      'is open to allUsers',
    ],
    [
      'a whole pool',
      resource('google_service_account_iam_member', {
        role: 'roles/iam.workloadIdentityUser',
        member: 'principalSet://iam.googleapis.com/pool/*',
      }),
      'is open to a set of identities, not one',
    ],
    [
      'an owner',
      resource('google_project_iam_member', { role: 'roles/owner', member: ANN }),
      'grants roles/owner, which is broad',
    ],
    [
      'an editor',
      resource('google_project_iam_member', { role: 'roles/editor', member: ANN }),
      'grants roles/editor, which is broad',
    ],
    [
      'a storage admin',
      resource('google_storage_bucket_iam_member', { role: 'roles/storage.objectAdmin', member: ANN }),
      'grants roles/storage.objectAdmin, which is broad',
    ],
    [
      'a BigQuery admin',
      resource('google_bigquery_dataset_iam_member', { role: 'roles/bigquery.admin', member: ANN }),
      'grants roles/bigquery.admin, which is broad',
    ],
    [
      'an owner of data',
      resource('google_bigquery_dataset_iam_member', { role: 'roles/bigquery.dataOwner', member: ANN }),
      'grants roles/bigquery.dataOwner, which is broad',
    ],
    [
      'a legacy role',
      resource('google_storage_bucket_iam_member', { role: 'roles/storage.legacyBucketWriter', member: ANN }),
      'grants roles/storage.legacyBucketWriter, which is broad',
    ],
    [
      'data of the whole project',
      resource('google_project_iam_member', { role: 'roles/bigquery.dataEditor', member: ANN }),
      'grants roles/bigquery.dataEditor on the whole project',
    ],
    [
      'objects of the whole project',
      resource('google_project_iam_member', { role: 'roles/storage.objectViewer', member: ANN }),
      'grants roles/storage.objectViewer on the whole project',
    ],
    [
      'an unknown role of the project',
      resource('google_project_iam_member', { member: ANN }),
      'grants a role that the plan does not name',
    ],
    [
      'a binding',
      resource('google_project_iam_binding', { role: 'roles/bigquery.jobUser', members: [ANN] }),
      'grants in a way that is not looked at here: use an _iam_member',
    ],
    [
      'a list of access',
      resource('google_storage_bucket_acl', { bucket: 'a-lake' }),
      'grants in a way that is not looked at here: use an _iam_member',
    ],
    [
      'a custom role that grows',
      resource('google_project_iam_custom_role', {
        role_id: 'soundflowObjectRemover',
        permissions: ['storage.objects.delete', 'storage.buckets.setIamPolicy'],
      }),
      'holds storage.buckets.setIamPolicy',
    ],
    [
      'a dataset of another name',
      resource('google_bigquery_dataset', { dataset_id: 'stagin' }),
      'dataset_id stagin is not one of ours (/^(staging|intermediate|marts|lake)$/)',
    ],
    [
      'a database in the clear',
      resource('google_sql_database_instance', {
        name: 'soundflow-catalog',
        settings: [{ ip_configuration: [{ ssl_mode: null, authorized_networks: [] }] }],
      }),
      'takes connections in the clear',
    ],
    [
      'a database open to networks',
      resource('google_sql_database_instance', {
        name: 'soundflow-catalog',
        settings: [{ ip_configuration: [{ ssl_mode: 'ENCRYPTED_ONLY', authorized_networks: [{ value: '0.0.0.0/0' }] }] }],
      }),
      'can be reached from networks directly',
    ],
  ])('find %s', (_, wrong, finding) => {
    expect(findingsOf(planOf(bucket, wrong))).toEqual([`${wrong.address}: ${finding}`]);
  });

  it.each<[string, Resource['values'], readonly string[]]>([
    ['grants by object', { uniform_bucket_level_access: false }, ['grants may differ from object to object']],
    ['nothing said of the public', { public_access_prevention: 'inherited' }, ['can be made public']],
    ['data that goes with the bucket', { force_destroy: true }, ['terraform destroy removes what is in it']],
    ['nothing said of what is removed', { soft_delete_policy: [] }, ['what is removed is gone within a week']],
    [
      'soft delete turned off',
      { soft_delete_policy: [{ retention_duration_seconds: 0 }] },
      ['what is removed is gone within a week'],
    ],
    ['no lifecycle', { lifecycle_rule: null }, ['files never grow colder', 'uploads that were given up stay for ever']],
  ])('find a bucket with %s', (_, values, findings) => {
    expect(findingsOf(bucketWith(values))).toEqual(findings.map((finding) => `google_storage_bucket.lake: ${finding}`));
  });

  it.each<[string, unknown, string]>([
    ['deletes by age', { action: [{ type: 'Delete' }], condition: [{ age: 400 }] }, 'deletes by age files that commits name'],
    ['cools everything', cooling(null), 'moves everything, logs too, to NEARLINE'],
    ['cools a log', cooling(['a/2', 'a/_delta_log/']), 'moves a/_delta_log/, logs too, to NEARLINE'],
    ['cools a whole topic', cooling(['a/']), 'moves a/, logs too, to NEARLINE'],
  ])('find a lifecycle that %s', (_, rule, finding) => {
    const rules: readonly unknown[] = Array.isArray(bucket.values.lifecycle_rule) ? bucket.values.lifecycle_rule : [];
    expect(findingsOf(bucketWith({ lifecycle_rule: [...rules, rule] }))).toEqual([`google_storage_bucket.lake: ${finding}`]);
  });

  it('trust no plan that is another, and no text that is none', () => {
    expect(findingsOf(planOf())).toEqual(['the plan has no bucket: it is not that of terraform/']);
    expect(() => findingsOf({ resource_changes: [] })).toThrow('planned_values');
  });
});

describe('terraform/', () => {
  const read = (name: string) => readFileSync(`terraform/${name}`, 'utf8');
  const declared = () =>
    readdirSync('terraform')
      .filter((name) => name.endsWith('.tf'))
      .flatMap((name) => [...read(name).matchAll(/^variable "(\w+)"/gm)].map(([, variable]) => variable));

  it('lists the topics there are', () => {
    const listed = /variable "topics" \{.*?default\s+= (\[.*?\])/s.exec(read('variables.tf'))?.[1] ?? '';
    const topics = readdirSync('assets/topics').map((file) => file.replace('.ts', ''));
    expect(JSON.parse(listed)).toEqual(topics.sort());
  });

  it('shows every variable in its example, but the topics, which follow the code', () => {
    const shown = [...read('terraform.tfvars.example').matchAll(/^(?:# )?(\w+)\s+= /gm)].map(([, variable]) => variable);
    expect([...new Set([...shown, 'topics'])].sort()).toEqual(declared().sort());
  });
});
