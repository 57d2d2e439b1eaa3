import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';

const Link = z.object({
  name: z.string().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  type: z.string().optional(),
  cause: z.unknown().optional(),
});

const CA = 'KAFKA_TLS_CA: the broker has a certificate of an authority that we do not trust. Name the PEM file of that authority';
const CERT = 'KAFKA_TLS_CERT: the broker wants a certificate of ours that it trusts. Set KAFKA_TLS_CERT and KAFKA_TLS_KEY';
const PEM = 'KAFKA_TLS_CA, KAFKA_TLS_CERT, KAFKA_TLS_KEY: not PEM, or the key is not that of the certificate. Check the files';
const LOGIN = 'KAFKA_USERNAME, KAFKA_PASSWORD: the broker does not accept this login. Check them, and KAFKA_SASL';

/** What is wrong, by the name, code, type or message of any error in the chain: no attempt repeated can help with these. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/^KafkaJSSASLAuthenticationError$/, LOGIN],
  [/^UNSUPPORTED_SASL_MECHANISM$/, 'KAFKA_SASL: the broker does not offer this way to log in. Choose another'],
  [
    /^ILLEGAL_SASL_STATE$/,
    'KAFKA_SASL: the broker takes no login on this port. Set KAFKA_SASL=none, or name the port that does in KAFKA_BROKERS',
  ],
  [/^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE)$/, CA],
  [/^UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)$/, CA],
  [/ALERT_(BAD_CERTIFICATE|CERTIFICATE_(REQUIRED|UNKNOWN|EXPIRED|REVOKED)|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE)$/, CERT],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "KAFKA_BROKERS: the broker's certificate is for another host. Write the name that its certificate has",
  ],
  [/^CERT_HAS_EXPIRED$/, "KAFKA_BROKERS: the broker's certificate has expired. Have whoever runs it renew it"],
  [/PEM routines|key values mismatch|x509 certificate routines/, PEM],
];

/** The setting at fault when a broker will not have us, or we not it; null when it is something else. Never shows a secret. */
export function refusalOf(thrown: unknown, place: string): SoundFlowError | null {
  for (let error: unknown = thrown, depth = 0; error !== undefined && depth < 5; depth += 1) {
    const { name, code, type, cause } = Link.catch({}).parse(error);
    const words = [name ?? '', String(code ?? ''), type ?? '', messageOf(error)];
    const found = REFUSALS.find(([pattern]) => words.some((word) => pattern.test(word)));
    if (found !== undefined) return new SoundFlowError('BAD_SETTING', `${found[1]} (${place}).`, { cause: thrown });
    error = cause;
  }
  return null;
}
