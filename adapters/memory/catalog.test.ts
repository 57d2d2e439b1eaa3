import { describeCatalog } from '../contract/catalog.ts';
import { createMemoryCatalog } from './catalog.ts';

describeCatalog('memory', () => Promise.resolve(createMemoryCatalog()));
