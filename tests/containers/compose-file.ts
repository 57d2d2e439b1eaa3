import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const Condition = z.strictObject({
  condition: z.enum(['service_healthy', 'service_completed_successfully']),
  restart: z.boolean().optional(),
  required: z.boolean().optional(),
});

const Service = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  profiles: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), Condition).default({}),
  user: z.string().optional(),
  read_only: z.boolean().default(false),
  restart: z.string(),
  init: z.boolean(),
  security_opt: z.array(z.string()),
  cap_drop: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  logging: z.object({ options: z.record(z.string(), z.string()) }),
  deploy: z.object({ resources: z.object({ limits: z.object({ cpus: z.string(), memory: z.string() }) }) }),
});

/** One service of docker-compose.yml, with what it has from the anchors. */
export type Service = z.infer<typeof Service>;

const Compose = z.object({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.object({})),
});

/** docker-compose.yml as it is written, anchors merged and nothing interpolated. */
export function rawCompose(): unknown {
  return parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true, strict: true, uniqueKeys: true });
}

/** docker-compose.yml, as far as tests look at it. */
export function readCompose(): z.infer<typeof Compose> {
  return Compose.parse(rawCompose());
}

/** A value with `${NAME:-default}` filled in from `env`, as Compose does it. */
export function interpolated(value: string, env: Readonly<Record<string, string>> = {}): string {
  return value
    .replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, fallback: string) => (env[name] ?? '') || fallback)
    .replaceAll('$$', '$');
}
