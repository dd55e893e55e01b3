import {
  type FromSearchPage,
  type ToSearchPage,
  toSearchPageSchema,
} from '../../../server/src/protocol/searching/search-panel.js';
import { PageHost } from '../parts/page-host.js';

/** The extension, to which this page is a panel. */
export class SearchHost extends PageHost<FromSearchPage, ToSearchPage> {
  constructor() {
    super(toSearchPageSchema);
  }
}
