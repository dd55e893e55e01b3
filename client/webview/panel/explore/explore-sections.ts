import { html } from 'lit';
import type { ReportData } from '../../../../server/src/protocol/webview.js';
import type { Section } from '../../parts/section.js';
import type { NamedRun } from '../../sections/run-names.js';
import type { PanelHost } from '../panel-host.js';
import { exploredModels } from './explored-run.js';
import '../map/map-view.js';
import './people-view.js';

/** What can be asked of the embeddings that are kept of a run; nothing where it does not say which they are. */
export function exploreSections(host: PanelHost, { results }: ReportData, runs: readonly NamedRun[]): Section[] {
  if (exploredModels(results).length === 0) return [];
  const of = runs.length > 1 ? ` Of ${runs[0]?.name}.` : '';
  return [
    {
      id: 'people',
      title: 'People and pairs',
      lead: `Who is recognised, which two people look alike, and which photographs may stand under a wrong name: by the embeddings that are kept of all photographs.${of}`,
      body: html`<people-view .host=${host} .results=${results}></people-view>`,
    },
    {
      id: 'map',
      title: 'Map',
      lead: `All photographs by where their embeddings lie, in two dimensions, and where perturbations move them.${of}`,
      body: html`<map-view .host=${host} .results=${results}></map-view>`,
    },
  ];
}
