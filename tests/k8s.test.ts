import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../temporal.config.ts';

const read = (name: string) => readFileSync(`k8s/${name}`, 'utf8');
const documents = (name: string): readonly unknown[] =>
  parseAllDocuments(read(name), { strict: true, uniqueKeys: true }).map((document) => {
    expect(document.errors).toEqual([]);
    const content: unknown = document.toJS();
    return content;
  });

const Exec = z.strictObject({
  exec: z.object({ command: z.array(z.string()) }),
  periodSeconds: z.number(),
  failureThreshold: z.number().optional(),
  timeoutSeconds: z.number().optional(),
});
const Container = z.object({
  image: z.string(),
  envFrom: z.array(z.unknown()),
  securityContext: z.unknown(),
  resources: z.object({ requests: z.object({ cpu: z.string(), memory: z.string() }), limits: z.object({ memory: z.string() }) }),
  startupProbe: Exec,
  livenessProbe: Exec,
  readinessProbe: Exec,
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const Deployment = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({
    replicas: z.number(),
    strategy: z.object({ type: z.string() }),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        serviceAccountName: z.string(),
        automountServiceAccountToken: z.boolean(),
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.unknown(),
        containers: z.tuple([Container]),
        volumes: z.array(z.object({ name: z.string() })),
      }),
    }),
  }),
});
const Kustomization = z.strictObject({
  apiVersion: z.string(),
  kind: z.literal('Kustomization'),
  namespace: z.string(),
  resources: z.array(z.string()),
  configMapGenerator: z.tuple([z.object({ name: z.string(), envs: z.tuple([z.string()]) })]),
  images: z.tuple([z.object({ name: z.string(), newName: z.string(), newTag: z.string() })]),
  labels: z.unknown(),
});

const kustomization = () => Kustomization.parse(documents('kustomization.yaml')[0]);
const deployment = () => Deployment.parse(documents('workers.yaml')[1]).spec;
const pod = () => deployment().template.spec;

describe('k8s/', () => {
  it('lists all of its files, and each object once', () => {
    const files = readdirSync('k8s').filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
    expect([...kustomization().resources].sort()).toEqual(files.sort());
    const Named = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });
    const objects = files
      .flatMap(documents)
      .map((object) => Named.parse(object))
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(objects.sort()).toEqual([
      'Deployment soundflow-workers',
      'Namespace soundflow',
      'PersistentVolumeClaim soundflow-home',
      'ServiceAccount soundflow-worker',
    ]);
  });

  it('runs the image of this version', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
    const [{ name, newTag }] = kustomization().images;
    expect({ name, newTag }).toEqual({ name: pod().containers[0].image, newTag: version });
  });

  it('gives workers settings that they take', () => {
    const env = Object.fromEntries(
      read('settings.env')
        .trimEnd()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
    );
    const config = readConfig(env, '/app');
    expect(config).toMatchObject({
      profile: 'gcp',
      google: { project: 'my-project-123' },
      temporal: { external: true },
      kafka: { external: true },
    });
    const { volumeMounts, envFrom } = pod().containers[0];
    const [, home] = /^VOLUME (\S+)$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
    expect(volumeMounts).toContainEqual({ name: 'home', mountPath: home });
    expect(envFrom[0]).toEqual({ configMapRef: { name: kustomization().configMapGenerator[0].name } });
    expect(kustomization().configMapGenerator[0].envs).toEqual(['settings.env']);
    expect(Object.keys(env).filter((name) => /PASSWORD|SECRET|TOKEN|_KEY$|CREDENTIALS/.test(name))).toEqual([]);
  });

  it('gives them no more rights than they need', () => {
    expect(pod().securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod().containers[0].securityContext).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    expect(pod().automountServiceAccountToken).toBe(false);
  });

  it('makes them the account that terraform/ makes', () => {
    const [account] = documents('service-account.yaml');
    const email = 'soundflow-worker@my-project-123.iam.gserviceaccount.com';
    expect(account).toMatchObject({
      metadata: { name: pod().serviceAccountName, annotations: { 'iam.gke.io/gcp-service-account': email } },
    });
    expect(readFileSync('terraform/accounts.tf', 'utf8')).toContain('account_id   = "soundflow-worker"');
    expect(`${kustomization().namespace}/${pod().serviceAccountName}`).toBe('soundflow/soundflow-worker');
  });

  it('lets one pod at a time end by itself, and looks whether it is well', () => {
    const { replicas, strategy, selector, template } = deployment();
    expect({ replicas, strategy }).toEqual({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    const force = Number(/shutdownForceTime: '(\d+) seconds'/.exec(readFileSync('workers/run-workers.ts', 'utf8'))?.[1]);
    expect(pod().terminationGracePeriodSeconds).toBeGreaterThan(force + 5);
    const { startupProbe, livenessProbe, readinessProbe } = pod().containers[0];
    for (const { exec } of [startupProbe, livenessProbe, readinessProbe])
      expect(exec.command.join(' ')).toContain('$SOUNDFLOW_HEALTH_FILE');
  });

  it('mounts the volumes there are', () => {
    const mounted = pod().containers[0].volumeMounts.map(({ name }) => name);
    expect(mounted.sort()).toEqual(
      pod()
        .volumes.map(({ name }) => name)
        .sort(),
    );
  });
});
