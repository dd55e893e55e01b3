import { parallelChart } from './parallel-chart.js';
import { settingChart } from './setting-chart.js';

/*
 * What draws plots of runs, a script of its own: half of what a page of runs would load, and most people look at the table.
 */
const drawing = { parallelChart, settingChart };

export type PlotDrawing = typeof drawing;

declare global {
  var lookalikePlotDrawing: PlotDrawing | undefined;
}

globalThis.lookalikePlotDrawing = drawing;
