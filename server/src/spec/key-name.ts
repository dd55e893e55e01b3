import { isScalar, type Pair } from 'yaml';

/** The name of a pair's key, which an override adds as bare text. */
export function nameOf({ key }: Pair): string {
  const name = isScalar(key) ? key.value : key;
  return String(typeof name === 'symbol' ? name.description : name);
}
