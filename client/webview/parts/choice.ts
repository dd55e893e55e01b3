import { html, type TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';

/** A list of which one is chosen. */
export function choice(
  label: string,
  options: readonly string[],
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  const changed = ({ target }: Event) => choose((target as HTMLSelectElement).value);
  return html`<vscode-single-select .label=${label} aria-label=${label} .value=${chosen} @change=${changed}>
    ${options.map((value) => html`<vscode-option .value=${value} ?selected=${value === chosen}>${value}</vscode-option>`)}
  </vscode-single-select>`;
}
