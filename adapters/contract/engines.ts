/** Address of the broker that the global setup of the contract tests started. */
export function testBrokers(): readonly string[] {
  return required('TEST_KAFKA_BROKERS').split(',');
}

/** A Python that has deltalake and pyarrow. */
export function testDeltaPython(): string {
  return required('TEST_DELTA_PYTHON');
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: run the contract tests through jest.config.js, whose setup sets it`);
  return value;
}
