import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { messageOf, SoundFlowError } from '../core/errors.ts';
import type { Config } from '../temporal.config.ts';

/** What the words of a failed connection say is wrong. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [
    /^(7|16) |does not have (valid authentication credentials|permission)/,
    'TEMPORAL_API_KEY: the server does not accept it, or misses it. Set the key of the namespace',
  ],
  [
    /UnknownIssuer|BadSignature|CaUsedAsEndEntity/,
    'TEMPORAL_TLS_SERVER_CA_CERT_PATH: the server has a certificate of an authority that we do not trust. Name the PEM file of that authority',
  ],
  [
    /fatal alert: (CertificateRequired|BadCertificate|UnknownCA|CertificateUnknown|HandshakeFailure)/,
    'TEMPORAL_TLS_CLIENT_CERT_PATH: the server wants a certificate of ours that it trusts. Set it and TEMPORAL_TLS_CLIENT_KEY_PATH',
  ],
  [
    /NotValidForName/,
    "TEMPORAL_TLS_SERVER_NAME: the server's certificate is for another host. Set the name that its certificate has",
  ],
];

/** A client of the configured Temporal server. @throws UNAVAILABLE naming the address and the next step, BAD_SETTING when the server refuses us. */
export async function connectClient({
  temporal,
}: Config): Promise<{ readonly client: Client; readonly connection: Connection; readonly close: () => Promise<void> }> {
  const connection = await reach(temporal, () => Connection.connect(temporal.connection));
  const client = new Client({ connection, namespace: temporal.namespace });
  return { client, connection, close: () => connection.close() };
}

/** The connection that workers poll on. @throws UNAVAILABLE */
export function connectWorkers({ temporal }: Config): Promise<NativeConnection> {
  return reach(temporal, () => NativeConnection.connect(temporal.connection));
}

async function reach<T>(temporal: Config['temporal'], connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (cause) {
    const where = temporal.connection.address ?? 'its address';
    const words = `${wordsOf(cause)}; ${await reasonOf(temporal)}`;
    const fault = REFUSALS.find(([pattern]) => pattern.test(words));
    if (fault !== undefined) throw new SoundFlowError('BAD_SETTING', `${fault[1]} (Temporal at ${where}).`, { cause });
    throw new SoundFlowError(
      'UNAVAILABLE',
      `Temporal does not answer at ${where}: ${words}. Start it with npm start, or set TEMPORAL_ADDRESS; a server that speaks TLS needs TEMPORAL_TLS=true.`,
      { cause },
    );
  }
}

/** The message, behind gRPC's number for the kind of failure where there is one. */
function wordsOf(cause: unknown): string {
  return isGrpcServiceError(cause) ? `${String(cause.code)} ${cause.details}` : messageOf(cause);
}

/** The client's connection only says that there is none in time; the workers' says why. */
async function reasonOf({ connection }: Config['temporal']): Promise<string> {
  try {
    await (await NativeConnection.connect(connection)).close();
    return '';
  } catch (cause) {
    return messageOf(cause);
  }
}
