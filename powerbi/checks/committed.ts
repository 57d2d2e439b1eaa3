import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const GENERATED = /\.(pbip|SemanticModel|Report)$/;

/** The project's files as they are committed, by path inside powerbi/; all projects, or the one of that name. */
export function committedFiles(project = ''): ReadonlyMap<string, string> {
  const root = join(__dirname, '..');
  const tops = readdirSync(root).filter((name) => GENERATED.test(name) && (project === '' || name.startsWith(`${project}.`)));
  const paths = tops.flatMap((top) => (statSync(join(root, top)).isDirectory() ? filesBelow(root, top) : [top]));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

function filesBelow(root: string, folder: string): readonly string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return entries.filter((path) => statSync(join(root, path)).isFile());
}
