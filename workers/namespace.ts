import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { messageOf, SoundFlowError } from '../core/errors.ts';
import { SEARCH_ATTRIBUTES } from '../core/search-attributes.ts';

/** Temporal's numbers for the types of search attributes. */
const TYPES = { KEYWORD: 2, KEYWORD_LIST: 7 } as const;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
/** How long finished workflows are kept in a namespace that is made here. */
const RETENTION_MS = 30 * 86_400_000;
const AGAIN_MS = 500;

/**
 * Makes the namespace and its search attributes where they are not there, and waits until the server knows them: it looks for
 * new ones every ten seconds or so. Safe to repeat, and by several workers at once.
 * @throws BAD_SETTING when the server does not let us add what is missing, as Temporal Cloud does; UNAVAILABLE after `patienceMs`
 */
export async function ensureNamespace(server: NamespaceOf, patienceMs = 90_000): Promise<void> {
  const { namespace } = server;
  const deadline = Date.now() + patienceMs;
  await makeNamespace(server);
  const known = await untilDone(deadline, `namespace ${namespace}`, () => searchAttributes(server));
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => known[name] === undefined);
  refuseOtherTypes(namespace, known);
  if (missing.length === 0) return;
  await addSearchAttributes(server, missing);
  await untilDone(deadline, `search attributes of namespace ${namespace}`, () => useThem(server));
}

/** A namespace and the server it is on. */
export interface NamespaceOf {
  readonly connection: Pick<Connection, 'workflowService' | 'operatorService'>;
  readonly namespace: string;
}

type Wanted = (typeof SEARCH_ATTRIBUTES)[number];
type Known = Readonly<Record<string, number>>;

async function makeNamespace({ connection, namespace }: NamespaceOf): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (failure) {
    if (codeOf(failure) !== NOT_FOUND) throw failure;
    await connection.workflowService
      .registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs(RETENTION_MS) })
      .catch((cause: unknown) => {
        if (codeOf(cause) === ALREADY_EXISTS) return;
        const message = `TEMPORAL_NAMESPACE=${namespace}: the server has no such namespace, and does not let us make it: ${messageOf(cause)}. Make it, or name another.`;
        throw new SoundFlowError('BAD_SETTING', message, { cause });
      });
  }
}

async function searchAttributes({ connection, namespace }: NamespaceOf): Promise<Known> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return customAttributes;
}

async function addSearchAttributes({ connection, namespace }: NamespaceOf, missing: readonly Wanted[]): Promise<void> {
  try {
    const added = Object.fromEntries(missing.map(({ name, type }) => [name, TYPES[type]]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: added });
  } catch (cause) {
    if (codeOf(cause) === ALREADY_EXISTS) return;
    const names = missing.map(({ name, type }) => `${name} (${type})`).join(', ');
    const message = `TEMPORAL_NAMESPACE=${namespace}: it lacks the search attributes ${names}, and the server does not let us add them: ${messageOf(cause)}. Add them as the namespace's administrator.`;
    throw new SoundFlowError('BAD_SETTING', message, { cause });
  }
}

/** Succeeds when the server understands every attribute in a query, where Partition is a word of SQL unless it is quoted. */
async function useThem({ connection, namespace }: NamespaceOf): Promise<unknown> {
  const query = SEARCH_ATTRIBUTES.map(({ name }) => `\`${name}\` = 'none'`).join(' OR ');
  return connection.workflowService.countWorkflowExecutions({ namespace, query });
}

function refuseOtherTypes(namespace: string, known: Known): void {
  const other = SEARCH_ATTRIBUTES.find(({ name, type }) => known[name] !== undefined && known[name] !== TYPES[type]);
  if (other === undefined) return;
  const message = `TEMPORAL_NAMESPACE=${namespace}: its search attribute ${other.name} is no ${other.type}. Use another namespace, or remove the attribute.`;
  throw new SoundFlowError('BAD_SETTING', message);
}

async function untilDone<T>(deadline: number, what: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (cause) {
      if (!isGrpcServiceError(cause)) throw cause;
      if (Date.now() > deadline)
        throw new SoundFlowError('UNAVAILABLE', `${what}: not usable yet: ${messageOf(cause)}.`, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

function codeOf(failure: unknown): number | null {
  return isGrpcServiceError(failure) ? failure.code : null;
}
