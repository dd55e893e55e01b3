import { DIAGNOSTIC_CODES, type DiagnosticCode } from '../../server/src/experiment/checks/diagnostics.js';
import { DIAGNOSTIC_EXAMPLES } from './diagnostic-examples.js';
import { GENERATED, yamlBlock } from './markdown.js';
import { PROBLEM_CODES } from './problem-codes.js';

/** docs/diagnostics.md: what each code means and what to do, each under a heading that is the code. */
export function diagnosticsPage(): string {
  return `${[
    GENERATED,
    '# Diagnostics',
    'What `lookalike check`, an editor and a run say, by code. Codes are stable, messages are not.',
    '## In an experiment file',
    ...(Object.keys(DIAGNOSTIC_CODES) as DiagnosticCode[]).map(diagnosticSection),
    ...Object.entries(PROBLEM_CODES).map(problemGroup),
  ].join('\n\n')}\n`;
}

function diagnosticSection(code: DiagnosticCode): string {
  const { remedy, faulty, sound } = DIAGNOSTIC_EXAMPLES[code];
  const parts = [`### ${code}`, `${DIAGNOSTIC_CODES[code]} ${remedy}`, yamlBlock(faulty)];
  return [...parts, ...(sound ? ['In order:', yamlBlock(sound)] : [])].join('\n\n');
}

function problemGroup([title, codes]: [string, (typeof PROBLEM_CODES)[string]]): string {
  const sections = Object.entries(codes).map(([code, [meaning, remedy]]) => `### ${code}\n\n${meaning} ${remedy}`);
  return [`## ${title}`, ...sections].join('\n\n');
}
