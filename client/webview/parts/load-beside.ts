/** The page's own script: the policy asks for its nonce of every other one too. */
const own = document.currentScript;
const loading = new Map<string, Promise<void>>();

/** Runs a script of those that come with the page, such as `map.js`, once; resolves also where it cannot be loaded. */
export function loadBeside(file: string): Promise<void> {
  const begun = loading.get(file) ?? load(file);
  loading.set(file, begun);
  return begun;
}

function load(file: string): Promise<void> {
  const src = `${document.body.dataset.code}/${file}`;
  const code = Object.assign(document.createElement('script'), { nonce: own?.nonce ?? '', src });
  return new Promise((resolve) => {
    code.addEventListener('load', () => resolve());
    code.addEventListener('error', () => resolve());
    document.head.append(code);
  });
}
