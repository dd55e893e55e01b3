import { html, nothing, type TemplateResult } from 'lit';
import type { TableChoices, TableView } from '../../../server/src/protocol/runs/table/table-view.js';

type Shown = Pick<TableChoices, 'hidden' | 'added' | 'pinned'>;

/** Which columns are shown, and which of them stay where they are while others move. Hundreds of boxes, made when it is open. */
export function columnList(
  { all, columns }: TableView,
  { hidden, added, pinned }: Shown,
  isOpen: boolean,
  toggle: (isOpen: boolean) => void,
  keep: (change: { hidden?: string[]; added?: string[]; pinned?: string[] }) => void,
): TemplateResult {
  const shown = new Set(columns.map(({ path }) => path));
  const show = (path: string, isShown: boolean) =>
    keep(
      isShown
        ? { hidden: without(hidden, path), added: [...without(added, path), path] }
        : { hidden: [...without(hidden, path), path], added: without(added, path) },
    );
  const pin = (path: string, isPinned: boolean) =>
    keep({ pinned: isPinned ? [...without(pinned, path), path] : without(pinned, path) });
  const box = (label: string, isChecked: boolean, name: string, change: (isChecked: boolean) => void) => html`<label>
    <input
      type="checkbox"
      aria-label=${name}
      .checked=${isChecked}
      @change=${({ target }: Event) => change((target as HTMLInputElement).checked)}
    />
    <bdi>${label}</bdi>
  </label>`;
  return html`<details
    class="columns"
    .open=${isOpen}
    @toggle=${({ target }: Event) => toggle((target as HTMLDetailsElement).open)}
  >
    <summary>Columns</summary>
    ${
      isOpen
        ? html`<ul>
      ${all.map(
        ({ path, label }) => html`<li>
          ${box(label, shown.has(path), `Show ${label}`, (isChecked) => show(path, isChecked))}
          ${box('pinned', pinned.includes(path), `Pin ${label}`, (isChecked) => pin(path, isChecked))}
        </li>`,
      )}
    </ul>`
        : nothing
    }
  </details>`;
}

function without(paths: readonly string[], path: string): string[] {
  return paths.filter((one) => one !== path);
}
