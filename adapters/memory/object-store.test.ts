import type { StoredObject } from '../../core/ports/object-store.ts';
import { describeObjectStore } from '../contract/object-store.ts';
import { createMemoryStore } from './object-store.ts';

describeObjectStore('memory', () => Promise.resolve(createMemoryStore()));

it('says that an object was written at the time it was given', async () => {
  let now = 5;
  const store = createMemoryStore({ now: () => now });
  await store.putIfAbsent('a', Buffer.from('x'));
  now = 9;
  await store.putIfAbsent('b', Buffer.from('yz'));
  const found: StoredObject[] = [];
  for await (const object of store.list('')) found.push(object);
  expect(found).toEqual([
    { path: 'a', bytes: 1, at: 5 },
    { path: 'b', bytes: 2, at: 9 },
  ]);
});
