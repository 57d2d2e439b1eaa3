import { ensureParts } from '../../tools/parts.mjs';
import { toolbox } from './engine.mjs';

/** Has Spark ready, and says where its Python, its jars and its Java are. */
export default async function prepare() {
  const { spark } = await ensureParts(['spark'], toolbox());
  process.env.TEST_SPARK_PYTHON = spark.python;
  process.env.TEST_SPARK_JARS = spark.jars;
  process.env.TEST_SPARK_JAVA_HOME = spark.javaHome;
}
