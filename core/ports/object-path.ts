import { SoundFlowError } from '../errors.ts';

const SEGMENT = /^[A-Za-z0-9_=][A-Za-z0-9._=-]*$/;

/**
 * Returns `path` when it is an object's path, the same grammar in every store: segments of letters, digits and `._=-`,
 * joined by `/`, none beginning with a dot or a dash. Example: `listen_events/2026/11/20/00/7-0-1f3a.parquet`.
 * @throws BAD_REQUEST naming the path.
 */
export function requireObjectPath(path: string): string {
  if (path.length <= 1024 && path.split('/').every((segment) => SEGMENT.test(segment))) return path;
  throw new SoundFlowError(
    'BAD_REQUEST',
    `object store: ${JSON.stringify(path)} is not a path of an object. Use segments of letters, digits and ._=- joined by "/".`,
  );
}
