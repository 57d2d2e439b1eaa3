import { z } from 'zod';

const Resource = z.object({ address: z.string(), type: z.string(), values: z.record(z.string(), z.unknown()) });

/** What `terraform show -json` says of a plan, as far as it is looked at; values known only after the apply are not there. */
export const Plan = z.object({
  planned_values: z.object({ root_module: z.object({ resources: z.array(Resource) }) }),
});

/** One resource of a plan, such as `google_storage_bucket.lake`. */
export type Resource = z.output<typeof Resource>;

/** What is wrong with one resource, or nothing. */
type Rule = (resource: Resource) => readonly string[];

const EVERYBODY = ['allUsers', 'allAuthenticatedUsers'];

/** What may be granted on the whole project: to run jobs and to log in, never to read or write. */
const PROJECT_ROLES = ['roles/bigquery.jobUser', 'roles/cloudsql.client', 'roles/cloudsql.instanceUser'];

const BROAD_ROLE = /^roles\/(owner|editor|viewer)$|admin$|owner$|legacy/i;

const RULES: readonly Rule[] = [
  grantsNobodyEverything,
  grantsNoBroadRole,
  leavesOthersGrantsAlone,
  customRoleIsSmall,
  bucketIsPrivate,
  bucketKeepsFiles,
  databaseIsPrivate,
  nameIsOurs,
];

/** Everything in a plan that breaks a rule, one sentence each with the address of the resource; empty when sound. */
export function findingsOf(plan: unknown): readonly string[] {
  const { resources } = Plan.parse(plan).planned_values.root_module;
  if (!resources.some(({ type }) => type === 'google_storage_bucket'))
    return ['the plan has no bucket: it is not that of terraform/'];
  return resources.flatMap((resource) =>
    RULES.flatMap((rule) => rule(resource)).map((finding) => `${resource.address}: ${finding}`),
  );
}

function grantsNobodyEverything({ values }: Resource): readonly string[] {
  const text = JSON.stringify(values);
  const open = EVERYBODY.filter((everybody) => text.includes(`"${everybody}"`)).map((everybody) => `is open to ${everybody}`);
  return text.includes('"principalSet:') ? [...open, 'is open to a set of identities, not one'] : open;
}

const Grant = z.object({ role: z.string() });

function grantsNoBroadRole({ type, values }: Resource): readonly string[] {
  if (!type.endsWith('_iam_member')) return [];
  const grant = Grant.safeParse(values);
  if (!grant.success) return type === 'google_storage_bucket_iam_member' ? [] : ['grants a role that the plan does not name'];
  const { role } = grant.data;
  if (BROAD_ROLE.test(role)) return [`grants ${role}, which is broad`];
  return type === 'google_project_iam_member' && !PROJECT_ROLES.includes(role) ? [`grants ${role} on the whole project`] : [];
}

/** These set the whole list of who may, and take away what others have granted; or they grant object by object. */
function leavesOthersGrantsAlone({ type }: Resource): readonly string[] {
  return /_iam_(binding|policy)$|_acl$|_access_control$|^google_bigquery_dataset_access$/.test(type)
    ? ['grants in a way that is not looked at here: use an _iam_member']
    : [];
}

const CustomRole = z.object({ permissions: z.array(z.string()) });

function customRoleIsSmall({ type, values }: Resource): readonly string[] {
  if (type !== 'google_project_iam_custom_role') return [];
  const { permissions } = CustomRole.parse(values);
  return permissions.filter((permission) => permission !== 'storage.objects.delete').map((permission) => `holds ${permission}`);
}

const LifecycleRule = z.object({
  action: z.array(z.object({ type: z.string(), storage_class: z.string().nullish() })),
  condition: z.array(z.object({ age: z.number().nullish(), matches_prefix: z.array(z.string()).nullish() })),
});
type LifecycleRule = z.output<typeof LifecycleRule>;

const Bucket = z.object({
  uniform_bucket_level_access: z.boolean().nullish(),
  public_access_prevention: z.string().nullish(),
  force_destroy: z.boolean().nullish(),
  soft_delete_policy: z.array(z.object({ retention_duration_seconds: z.number() })).nullish(),
  lifecycle_rule: z.array(LifecycleRule).nullish(),
});

function bucketIsPrivate({ type, values }: Resource): readonly string[] {
  if (type !== 'google_storage_bucket') return [];
  const bucket = Bucket.parse(values);
  return [
    ...(bucket.uniform_bucket_level_access === true ? [] : ['grants may differ from object to object']),
    ...(bucket.public_access_prevention === 'enforced' ? [] : ['can be made public']),
  ];
}

const WEEK_SECONDS = 604_800;

function bucketKeepsFiles({ type, values }: Resource): readonly string[] {
  if (type !== 'google_storage_bucket') return [];
  const { force_destroy: forced, soft_delete_policy: soft, lifecycle_rule: rules } = Bucket.parse(values);
  const lifecycle = rules ?? [];
  const does = (what: string) => lifecycle.some(({ action }) => action.some((one) => one.type === what));
  return [
    ...(forced === true ? ['terraform destroy removes what is in it'] : []),
    ...((soft?.[0]?.retention_duration_seconds ?? 0) >= WEEK_SECONDS ? [] : ['what is removed is gone within a week']),
    ...(does('Delete') ? ['deletes by age files that commits name'] : []),
    ...(does('SetStorageClass') ? [] : ['files never grow colder']),
    ...(does('AbortIncompleteMultipartUpload') ? [] : ['uploads that were given up stay for ever']),
    ...lifecycle.flatMap(cools),
  ];
}

function cools({ action, condition }: LifecycleRule): readonly string[] {
  const kind = action.find(({ type }) => type === 'SetStorageClass');
  if (kind === undefined) return [];
  const prefixes = condition.flatMap(({ matches_prefix: prefix }) => prefix ?? []);
  const logs = prefixes.filter((prefix) => !/\/(2|_dead_letters\/)$/.test(prefix));
  if (prefixes.length > 0 && logs.length === 0) return [];
  return [`moves ${prefixes.length === 0 ? 'everything' : logs.join(', ')}, logs too, to ${String(kind.storage_class)}`];
}

const Database = z.object({
  settings: z.array(
    z.object({
      ip_configuration: z.array(
        z.object({ ssl_mode: z.string().nullish(), authorized_networks: z.array(z.unknown()).nullish() }),
      ),
    }),
  ),
});

function databaseIsPrivate({ type, values }: Resource): readonly string[] {
  if (type !== 'google_sql_database_instance') return [];
  const reach = Database.parse(values).settings.flatMap(({ ip_configuration: reached }) => reached);
  return reach.flatMap(({ ssl_mode: mode, authorized_networks: networks }) => [
    ...(mode === 'ENCRYPTED_ONLY' ? [] : ['takes connections in the clear']),
    ...((networks ?? []).length === 0 ? [] : ['can be reached from networks directly']),
  ]);
}

const NAMES: Readonly<Record<string, { readonly field: string; readonly pattern: RegExp }>> = {
  google_bigquery_dataset: { field: 'dataset_id', pattern: /^(staging|intermediate|marts|lake)$/ },
  google_service_account: { field: 'account_id', pattern: /^soundflow-/ },
  google_project_iam_custom_role: { field: 'role_id', pattern: /^soundflow/ },
  google_sql_database_instance: { field: 'name', pattern: /^soundflow-/ },
};

function nameIsOurs({ type, values }: Resource): readonly string[] {
  const rule = NAMES[type];
  if (rule === undefined) return [];
  const name = String(values[rule.field]);
  return rule.pattern.test(name) ? [] : [`${rule.field} ${name} is not one of ours (${String(rule.pattern)})`];
}
