import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { z } from 'zod';

const FOLDER = join(__dirname, '../../tests/schemas/powerbi');
const ADDRESS = 'https://developer.microsoft.com/json-schemas/';
const Named = z.looseObject({ $schema: z.string() });
const Schema = z.record(z.string(), z.unknown());

/** Says what is wrong with a JSON file by the schema that it names; empty when it is valid. */
export function schemaChecker(): (text: string) => readonly string[] {
  const ajv = new Ajv({ allErrors: true, strict: false });
  for (const path of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))) {
    const { $id, ...schema } = Schema.parse(JSON.parse(readFileSync(join(FOLDER, path), 'utf8')));
    // Schemas refer to each other by the address of the file, which some of them do not give as their id.
    if ($id !== undefined) ajv.addSchema(schema, ADDRESS + path);
  }
  return (text) => {
    const file = Named.parse(JSON.parse(text));
    const validate = ajv.getSchema(file.$schema);
    if (validate === undefined) return [`no schema is kept for ${file.$schema}`];
    return validate(file) === true
      ? []
      : (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
  };
}
