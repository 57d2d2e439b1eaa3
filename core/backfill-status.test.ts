import { isRepeat, type RequestRecord } from './backfill-status.ts';

const MINUTE_MS = 60_000;
const record = (state: RequestRecord['state']): RequestRecord => ({ id: 'a', requestedAt: 0, state, message: '' });

it.each([
  { what: 'one that came a moment ago', state: 'running', id: 'a', minutes: 1, repeats: true },
  { what: 'one that has ended since', state: 'succeeded', id: 'a', minutes: 9, repeats: true },
  { what: 'another', state: 'running', id: 'b', minutes: 1, repeats: false },
  { what: 'one that was refused', state: 'rejected', id: 'a', minutes: 1, repeats: false },
  { what: 'one that ended long ago', state: 'failed', id: 'a', minutes: 10, repeats: false },
  { what: 'one that may have been terminated long ago', state: 'running', id: 'a', minutes: 10, repeats: false },
] as const)('a request that repeats $what', ({ state, id, minutes, repeats }) => {
  expect(isRepeat([record(state)], id, minutes * MINUTE_MS)).toBe(repeats);
});
