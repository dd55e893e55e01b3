import { isScalar, type Pair } from 'yaml';

/** The name of a pair's key, which an override adds as bare text. */
export function nameOf({ key }: Pair): string {
  const name = isScalar(key) ? key.value : key;
  try {
    return String(typeof name === 'symbol' ? name.description : name);
  } catch {
    // A block for a key, with something in it that cannot be: it has no name.
    return '';
  }
}
