export interface Heading {
  readonly label: string;
  readonly numeric: boolean;
}

/** A table in GitHub's Markdown. */
export function markdownTable(header: readonly Heading[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const rule = header.map(({ numeric }) => (numeric ? '---:' : '---'));
  const body = rows.map((row) => line(row.map(markdownCell)));
  return [line(header.map(({ label }) => markdownCell(label))), line(rule), ...body].join('');
}

function markdownCell(text: string): string {
  return oneLine(text).replace(/[\\|*_`<>[\]]/g, (character) => `\\${character}`);
}

/** A table of LaTeX's package booktabs. */
export function latexTable(header: readonly Heading[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `    ${cells.map(latexCell).join(' & ')} \\\\\n`;
  const columns = header.map(({ numeric }) => (numeric ? 'r' : 'l')).join('');
  const head = line(header.map(({ label }) => label));
  return `% \\usepackage{booktabs}
\\begin{tabular}{${columns}}
    \\toprule
${head}    \\midrule
${rows.map(line).join('')}    \\bottomrule
\\end{tabular}
`;
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '–': '--',
  '∞': '$\\infty$',
};

function latexCell(text: string): string {
  // Behind the line break of the row before, a star or a bracket would be its argument.
  const [first] = /^[[*]/.exec(oneLine(text)) ?? [''];
  const rest = oneLine(text).slice(first.length);
  const escaped = rest.replace(/[\\~^–∞&%$#_{}]/g, (character) => LATEX[character] ?? `\\${character}`);
  return first ? `{${first}}${escaped}` : escaped;
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
