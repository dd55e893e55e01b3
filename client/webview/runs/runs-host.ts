import {
  type FromRunsPage,
  type ToRunsPage,
  toRunsPageSchema,
} from '../../../server/src/protocol/runs/table/runs-panel.js';
import { PageHost } from '../parts/page-host.js';

/** The extension, to which this page is a panel. */
export class RunsHost extends PageHost<FromRunsPage, ToRunsPage> {
  constructor() {
    super(toRunsPageSchema);
  }
}
