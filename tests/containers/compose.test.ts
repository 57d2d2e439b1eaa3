import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { z } from 'zod';
import { readConfig, settings } from '../../temporal.config.ts';
import { ALLOCATOR } from '../../workers/allocator.ts';
import { interpolated, rawCompose, readCompose, type Service } from './compose-file.ts';

const { services, networks, volumes } = readCompose();
const all = Object.entries(services);
const service = (name: string): Service => {
  const found = services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
};
const text = readFileSync('docker-compose.yml', 'utf8');

/** Says what is wrong with a compose file by the schema of the specification; empty when it is valid. */
function schemaChecker(): (compose: unknown) => readonly string[] {
  const file = JSON.parse(readFileSync('tests/schemas/compose/compose-spec.json', 'utf8'));
  const { $schema, ...schema } = z.looseObject({}).parse(file);
  expect($schema).toContain('draft-07');
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  return (compose) =>
    validate(compose) ? [] : (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

describe('docker-compose.yml', () => {
  it('is valid by the schema of the specification, which notices a mistake', () => {
    const complaints = schemaChecker();
    expect(complaints(rawCompose())).toEqual([]);
    const misspelt = z.looseObject({ services: z.record(z.string(), z.looseObject({})) }).parse(rawCompose());
    expect(complaints({ ...misspelt, services: { workers: { ...misspelt.services.workers, helthcheck: {} } } })).not.toEqual([]);
  }, 60_000);

  it('has the services and ports of the design, on this machine only', () => {
    const ports = all.flatMap(([name, { ports: published }]) => published.map((port) => `${name} ${port}`));
    expect(ports.sort()).toEqual([
      'redpanda 127.0.0.1:9092:9092',
      'redpanda-console 127.0.0.1:8080:8080',
      'temporal 127.0.0.1:7233:7233',
      'temporal-ui 127.0.0.1:8233:8080',
    ]);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(['postgres', 'workers', 'eventsim']));
    expect(service('storage').profiles).toEqual(['emulated']);
  });

  it.each(all)('%s is pinned, watched, limited and held down', (name, it) => {
    expect(it.image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?$/);
    expect(it.restart).toMatch(/^(unless-stopped|on-failure(:\d+)?)$/);
    expect(it.init).toBe(true);
    expect(it.security_opt).toContain('no-new-privileges:true');
    expect(it.cap_drop).toEqual(['ALL']);
    expect(it.logging.options).toMatchObject({ 'max-size': '10m', 'max-file': '5' });
    expect(it.deploy.resources.limits.memory).toMatch(/^\d+[MG]$/);
    expect(it.user ?? 'of its image').not.toMatch(/^(root|0)/);
    const ends = it.restart === 'on-failure:5';
    expect(it.healthcheck === undefined).toBe(ends);
    for (const [other, { condition }] of Object.entries(it.depends_on)) {
      const once = service(other).healthcheck === undefined;
      expect(`${name}: ${condition}`).toBe(`${name}: ${once ? 'service_completed_successfully' : 'service_healthy'}`);
    }
  });

  it('mounts files that are there, and credentials to read only', () => {
    const mounts = all.flatMap(([, { volumes: mounted }]) => mounted);
    for (const mount of mounts) {
      const [source = '', , mode] = mount.split(':');
      if (!source.startsWith('./')) expect(Object.keys(volumes)).toContain(source);
      else expect([existsSync(source), mode]).toEqual([true, 'ro']);
    }
    expect(service('workers').volumes).toContain('./credentials:/app/credentials:ro');
  });

  it('keeps the database on a network without a way out, whose password may have a default therefore', () => {
    expect(networks.database).toEqual({ internal: true });
    expect(service('postgres')).toMatchObject({ networks: ['database'], ports: [] });
    const secrets = all.flatMap(([, { environment }]) =>
      Object.entries(environment).filter(([key]) => /PASS|PWD|SECRET|KEY|TOKEN/.test(key)),
    );
    expect(secrets.length).toBeGreaterThan(0);
    for (const [, value] of secrets) expect(value).toBe('${POSTGRES_PASSWORD:-temporal}');
  });

  it.each(['workers', 'eventsim'])('%s runs as the configuration allows it, in every profile', (name) => {
    const known = [...settings().map((one) => one.name), 'KAFKA_BROKERS', 'TEMPORAL_ADDRESS'];
    const { environment, command, read_only: readOnly } = service(name);
    expect(Object.keys(environment).filter((key) => !known.includes(key))).toEqual([]);
    expect(command).toEqual(['node', '--import', 'tsx', `${name}/main.ts`]);
    expect(readOnly).toBe(true);
    for (const profile of ['', 'emulated', 'gcp']) {
      const env = Object.fromEntries(
        Object.entries(environment).map(([key, value]) => [key, interpolated(value, { COMPOSE_PROFILES: profile })]),
      );
      const config = readConfig({ ...env, GCP_PROJECT: 'a-project' }, '/app');
      expect(config).toMatchObject({ profile: profile || 'local', healthFile: '/tmp/soundflow-health' });
      expect(config.kafka).toMatchObject({ external: true, brokers: ['redpanda:29092'] });
      if (name === 'workers') expect(config.google.storage.endpoint).toBe(profile === 'emulated' ? 'http://storage:4443' : null);
    }
  });

  it('says where every tag was read', () => {
    const page = readFileSync('docs/containers.md', 'utf8');
    for (const [, { image, build }] of all) if (build === undefined) expect(page).toContain(image);
    expect(text).not.toContain('latest');
  });
});

describe('Dockerfile', () => {
  const lines = readFileSync('Dockerfile', 'utf8')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const after = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

  it('is built on a pinned image and runs as nobody special, with signals reaching node', () => {
    const [base = ''] = after('ARG');
    expect(base).toMatch(/^NODE_IMAGE=node:\d+\.\d+\.\d+-bookworm-slim$/);
    expect(readFileSync('docs/containers.md', 'utf8')).toContain(base.split('=')[1]);
    for (const from of after('FROM')) expect(from).toMatch(/^\$\{NODE_IMAGE\}/);
    expect(after('USER')).toEqual(['node']);
    expect(after('CMD')).toEqual(['["node", "--import", "tsx", "workers/main.ts"]']);
    expect(after('HEALTHCHECK')).toHaveLength(1);
  });

  it('tells the allocator what npm start tells it', () => {
    const [env = ''] = after('ENV');
    for (const [name, value] of Object.entries(ALLOCATOR)) expect(env).toContain(`${name}=${value}`);
  });

  it('holds what is named and no secret: nothing else enters the build', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    expect(ignored).toContain('*');
    const allowed = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(allowed.filter((path) => /env|credential|git|soundflow|secret/i.test(path))).toEqual([]);
    expect(ignored).toContain('**/.env*');
    const copied = after('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    for (const path of copied) {
      expect(existsSync(path)).toBe(true);
      expect(allowed).toContain(path.split('/')[0]);
    }
    expect([...after('ENV'), ...after('ARG')].join(' ')).not.toMatch(/PASSWORD|SECRET|TOKEN|API_KEY/);
  });
});
