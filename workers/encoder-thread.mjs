import { register } from 'tsx/esm/api';

register();
await import('./encoder-thread.ts');
