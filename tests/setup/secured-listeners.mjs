import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../../tools/ports.mjs';
import { engineFolder } from './engine.mjs';
import { makeCertificates } from './certificates.mjs';

/** Whom the test broker lets in, for every mechanism. */
const USER = { name: 'soundflow-test', password: 'canary-9f3b-password' };

/**
 * More listeners for the test broker, as managed brokers have them: TLS that asks for a client's certificate, and TLS with a
 * login. Names them for the tests: TEST_KAFKA_MTLS, TEST_KAFKA_SASL_TLS, TEST_KAFKA_USER, TEST_KAFKA_PASSWORD, TEST_CERTIFICATES.
 * @param {{ port: number, controllerPort: number }} ports those it has anyway
 */
export async function securedListeners({ port, controllerPort }) {
  const certificates = engineFolder('certificates');
  makeCertificates(certificates);
  writeFileSync(join(certificates, 'password'), `${USER.password}\n`);
  const [mtls, sasl] = [await freePort(), await freePort()];
  Object.assign(process.env, {
    TEST_CERTIFICATES: certificates,
    TEST_KAFKA_MTLS: `127.0.0.1:${mtls}`,
    TEST_KAFKA_SASL_TLS: `127.0.0.1:${sasl}`,
    TEST_KAFKA_USER: USER.name,
    TEST_KAFKA_PASSWORD: USER.password,
  });
  const open = `PLAINTEXT://127.0.0.1:${port},SSL://127.0.0.1:${mtls},SASL_SSL://127.0.0.1:${sasl}`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.name}="${USER.password}";`;
  return {
    settings: {
      listeners: `${open},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': open,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name': 'PLAINTEXT',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': join(certificates, 'server-both.pem'),
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': join(certificates, 'ca.pem'),
      'listener.name.ssl.ssl.client.auth': 'required',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.sasl_ssl.plain.sasl.jaas.config': plain,
      'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': scram,
      'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': scram,
    },
    users: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map((mechanism) => `${mechanism}=[name=${USER.name},password=${USER.password}]`),
  };
}
