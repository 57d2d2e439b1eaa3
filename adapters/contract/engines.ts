/** Address of the broker that the global setup of the contract tests started. */
export function testBrokers(): readonly string[] {
  return required('TEST_KAFKA_BROKERS').split(',');
}

/** The same broker on the ports where it asks who we are: for our certificate, or for a login over TLS; and without either. */
export function securedBroker() {
  return {
    /** Folder of PEM files: ca, client, server and stranger, each with its -key; `password` holds the password. */
    certificates: required('TEST_CERTIFICATES'),
    plaintext: required('TEST_KAFKA_BROKERS'),
    mtls: required('TEST_KAFKA_MTLS'),
    login: required('TEST_KAFKA_SASL_TLS'),
    username: required('TEST_KAFKA_USER'),
    password: required('TEST_KAFKA_PASSWORD'),
  };
}

/** Address of the storage server in Google's place that the global setup started. */
export function testStorage(): string {
  return required('TEST_GCS_ENDPOINT');
}

/** Address of the server in BigQuery's place, and the folder whose folders are the buckets it loads from. */
export function testBigQuery(): { readonly endpoint: string; readonly root: string } {
  return { endpoint: required('TEST_BIGQUERY_ENDPOINT'), root: required('TEST_GCS_ROOT') };
}

/** The folder of Google's own descriptions of its services. */
export function testDiscovery(): string {
  return required('TEST_GOOGLE_DISCOVERY');
}

/** A Python that has deltalake, pyarrow, and DuckDB with its Delta extension. */
export function testDeltaPython(): string {
  return required('TEST_DELTA_PYTHON');
}

/** A Python that has pyspark, the folder of the jars it needs, and the Java it runs on. */
export function testSpark(): { readonly python: string; readonly jars: string; readonly javaHome: string } {
  return {
    python: required('TEST_SPARK_PYTHON'),
    jars: required('TEST_SPARK_JARS'),
    javaHome: required('TEST_SPARK_JAVA_HOME'),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: run the contract tests through jest.config.js, whose setup sets it`);
  return value;
}
