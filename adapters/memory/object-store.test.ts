import { describeObjectStore } from '../contract/object-store.ts';
import { createMemoryStore } from './object-store.ts';

describeObjectStore('memory', () => Promise.resolve(createMemoryStore()));
