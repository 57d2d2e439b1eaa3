import { testSpark } from '../contract/engines.ts';
import { describeReader } from './test-reader.ts';

describeReader('spark', () => {
  const { python, jars, javaHome } = testSpark();
  return { python, more: [jars], env: { ...process.env, JAVA_HOME: javaHome } };
});
