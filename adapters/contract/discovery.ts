import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { testDiscovery } from './engines.ts';

/** A request to one of Google's services: `path` begins behind the service's base path. */
export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Schema {
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly $ref?: string | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly readOnly?: boolean | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly additionalProperties?: Schema | undefined;
  readonly items?: Schema | undefined;
}

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    format: z.string().optional(),
    $ref: z.string().optional(),
    enum: z.array(z.string()).optional(),
    readOnly: z.boolean().optional(),
    properties: z.record(z.string(), Schema).optional(),
    additionalProperties: Schema.optional(),
    items: Schema.optional(),
  }),
);

const Method = z.object({
  httpMethod: z.string(),
  path: z.string(),
  flatPath: z.string().optional(),
  parameters: z.record(z.string(), Schema).optional(),
  request: z.object({ $ref: z.string() }).optional(),
});

const Discovery = z.object({
  schemas: z.record(z.string(), Schema),
  parameters: z.record(z.string(), Schema),
  resources: z.record(z.string(), z.object({ methods: z.record(z.string(), Method).optional() })),
});

type Method = z.output<typeof Method>;

/** Google's own description of a service. */
export type Discovery = z.output<typeof Discovery>;

/** Reads the description of a service, such as `bigquery.v2`. */
export function readDiscovery(service: string): Discovery {
  return Discovery.parse(JSON.parse(readFileSync(join(testDiscovery(), `${service}.json`), 'utf8')));
}

/** What is wrong with a request: no such method, unknown or mistyped fields and parameters, values that no enumeration has. */
export function problemsOf(discovery: Discovery, request: ServiceRequest): readonly string[] {
  const method = methodOf(discovery, request);
  const place = `${request.method} ${request.path}`;
  if (method === undefined) return [`${place}: there is no such method`];
  const known = { ...discovery.parameters, ...method.parameters };
  const inQuery = Object.entries(request.query).flatMap(([name, text]) =>
    parameterProblems(known[name], `${place}?${name}`, text),
  );
  if (request.body === null) return inQuery;
  if (method.request === undefined) return [...inQuery, `${place}: takes no body`];
  return [...inQuery, ...valueProblems(discovery, { $ref: method.request.$ref }, { place, value: request.body })];
}

function methodOf({ resources }: Discovery, { method, path }: ServiceRequest): Method | undefined {
  const all = Object.values(resources).flatMap(({ methods = {} }) => Object.values(methods));
  return all.find((one) => one.httpMethod === method && patternOf(one.flatPath ?? one.path).test(path));
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\+?\w+\}/g, '[^/]+')}$`);
}

function parameterProblems(schema: Schema | undefined, place: string, text: string): readonly string[] {
  if (schema === undefined) return [`${place}: unknown parameter`];
  const kind = schema.format ?? schema.type ?? '';
  const fits = kind === 'boolean' ? /^(true|false)$/ : kind.includes('int') ? /^-?\d+$/ : /^/;
  if (!fits.test(text)) return [`${place}: ${JSON.stringify(text)} is no ${kind}`];
  return schema.enum === undefined || schema.enum.includes(text)
    ? []
    : [`${place}: ${text} is none of ${schema.enum.join(', ')}`];
}

interface Placed {
  readonly place: string;
  readonly value: unknown;
}

function valueProblems(discovery: Discovery, schema: Schema, { place, value }: Placed): readonly string[] {
  if (schema.$ref !== undefined) {
    const named = discovery.schemas[schema.$ref];
    return named === undefined ? [`${place}: no schema ${schema.$ref}`] : valueProblems(discovery, named, { place, value });
  }
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [`${place}: no list`];
    return value.flatMap((one, index) =>
      valueProblems(discovery, schema.items ?? {}, { place: `${place}[${String(index)}]`, value: one }),
    );
  }
  if (schema.type === 'object') return fieldProblems(discovery, schema, { place, value });
  return scalarProblems(schema, { place, value });
}

function fieldProblems(discovery: Discovery, schema: Schema, { place, value }: Placed): readonly string[] {
  const read = z.record(z.string(), z.unknown()).safeParse(value);
  if (!read.success) return [`${place}: no object`];
  return Object.entries(read.data).flatMap(([name, field]) => {
    const known = schema.properties?.[name] ?? schema.additionalProperties;
    const at = `${place}.${name}`;
    if (known === undefined) return [`${at}: unknown field`];
    if (known.readOnly === true) return [`${at}: only the service writes it`];
    return valueProblems(discovery, known, { place: at, value: field });
  });
}

function scalarProblems({ type, format, enum: values }: Schema, { place, value }: Placed): readonly string[] {
  const isRight =
    type === undefined ||
    type === 'any' ||
    (type === 'integer' ? Number.isInteger(value) : type === 'number' ? typeof value === 'number' : typeof value === type);
  if (!isRight) return [`${place}: ${JSON.stringify(value)} is no ${type}`];
  if (typeof value !== 'string') return [];
  if ((format === 'int64' || format === 'uint64') && !/^-?\d+$/.test(value)) return [`${place}: ${value} is no whole number`];
  return values === undefined || values.includes(value) ? [] : [`${place}: ${value} is none of ${values.join(', ')}`];
}
