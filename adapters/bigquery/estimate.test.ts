import { priceOf } from './estimate.ts';

test.each([
  [0, 0],
  [1, 0.01],
  [1_099_511_627_776, 6.25],
  [2 * 1_099_511_627_776, 12.5],
  [10_737_418_240, 0.07],
])('reading %d bytes costs %d', (bytes, price) => {
  expect(priceOf(bytes, 6.25)).toBe(price);
});
