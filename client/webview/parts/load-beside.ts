/** The page's own script, which lets others be loaded: the policy asks for its nonce. */
const own = document.currentScript as HTMLScriptElement | null;
const loading = new Map<string, Promise<void>>();

/** Runs a script that lies beside the page's own, such as `map.js`, once; resolves also where it cannot be loaded. */
export function loadBeside(file: string): Promise<void> {
  const begun = loading.get(file) ?? load(file);
  loading.set(file, begun);
  return begun;
}

function load(file: string): Promise<void> {
  const src = own ? own.src.replace(/[^/]*\.js(?=$|\?)/, file) : '';
  const code = Object.assign(document.createElement('script'), { nonce: own?.nonce ?? '', src });
  return new Promise((resolve) => {
    code.addEventListener('load', () => resolve());
    code.addEventListener('error', () => resolve());
    document.head.append(code);
  });
}
