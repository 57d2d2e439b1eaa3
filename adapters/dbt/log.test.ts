import { readLogLine } from './log.ts';

const node_info = { node_name: 'mart_top_songs', node_status: 'success', node_finished_at: '2026-03-01T00:00:00' };
const line = (data: object, level = 'info', msg = '') =>
  readLogLine(JSON.stringify({ info: { level, msg, code: 'Q012' }, data }));

test('a model that ended', () => {
  expect(line({ node_info, index: 3, total: 9 })).toEqual({ kind: 'ended', line: 'mart_top_songs: success (3 of 9)' });
});

test('a unit test tells its status beside the node', () => {
  const info = { ...node_info, node_status: 'None', node_finished_at: '' };
  expect(line({ node_info: info, status: 'pass', index: 3, num_models: 9 })).toEqual({
    kind: 'ended',
    line: 'mart_top_songs: pass (3 of 9)',
  });
});

test('a model that starts is not one that ended', () => {
  expect(line({ node_info: { ...node_info, node_finished_at: '' }, index: 3, total: 9 })).toEqual({ kind: 'other' });
});

test('of an error the first three lines, without the prefix', () => {
  const error = line({}, 'error', 'Encountered an error:\nIO Error\n\n  in a.sql\n  line 3\n  stack');
  expect(error).toEqual({ kind: 'error', message: 'IO Error in a.sql line 3' });
});

test('an empty error, an unknown event, and text that is no event are passed over', () => {
  expect(line({}, 'error', ' ')).toEqual({ kind: 'other' });
  expect(line({ anything: 1 })).toEqual({ kind: 'other' });
  expect(readLogLine('Traceback (most recent call last):')).toEqual({ kind: 'other' });
  expect(readLogLine('[1]')).toEqual({ kind: 'other' });
});
