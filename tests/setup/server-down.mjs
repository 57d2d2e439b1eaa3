export { stopEngines as default } from './engine.mjs';
