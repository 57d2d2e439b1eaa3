/** Address of the broker that the global setup of the contract tests started. */
export function testBrokers(): readonly string[] {
  return required('TEST_KAFKA_BROKERS').split(',');
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
