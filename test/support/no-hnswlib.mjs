/* Loaded into a process before anything else (`--import`): hnswlib-node is not there, as where it was not compiled. */
import { register } from 'node:module';

const HOOKS = `export function resolve(name, context, next) {
  if (name === 'hnswlib-node') throw new Error('Could not locate the bindings file');
  return next(name, context);
}`;

register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
