import type { ModelResult, TestResult } from '../../core/ports/transformer.ts';
import { isSound, mergeResults } from './outcome.ts';

const model = (name: string, status: ModelResult['status']): ModelResult => ({
  name,
  status,
  seconds: 1,
  rows: null,
  message: '',
});
const check = (model: string, status: TestResult['status']): TestResult => ({
  name: 'unique',
  model,
  status,
  failures: 0,
  message: '',
});

test('the later word on a node holds, the rest stays', () => {
  const merged = mergeResults(
    {
      models: [model('a', 'success'), model('b', 'error'), model('c', 'skipped')],
      tests: [check('a', 'pass'), check('b', 'skipped')],
    },
    { models: [model('b', 'success'), model('c', 'success')], tests: [check('b', 'pass')] },
  );
  expect(merged).toEqual({
    models: [model('a', 'success'), model('b', 'success'), model('c', 'success')],
    tests: [check('a', 'pass'), check('b', 'pass')],
  });
});

test.each<[TestResult['status'], boolean]>([
  ['pass', true],
  ['warn', true],
  ['fail', false],
  ['error', false],
  ['skipped', false],
])('with a test that says %s, sound: %s', (status, sound) => {
  expect(isSound({ models: [model('a', 'success')], tests: [check('a', status)] })).toBe(sound);
});

test('a model that was skipped is not sound', () => {
  expect(isSound({ models: [model('a', 'skipped')], tests: [] })).toBe(false);
});
