import { canBeSilenced } from '../../experiment/checks/diagnostics.js';
import type { ExperimentDocument } from '../document.js';
import { commentsIn } from '../syntax/comments.js';
import type { Fault, Fix, FixMaker } from './fix.js';

const COMMENT = /^#\s*lookalike-disable\s/;

/** What is said of such comments themselves. */
const OF_COMMENTS = new Set(['disable-unknown', 'disable-unused']);

/** Silences the diagnostic by a comment on the line above it, or by one more code in the comment that is there. */
export function disableIt(document: ExperimentDocument, { code, isError, start }: Fault): Fix[] {
  if (OF_COMMENTS.has(code) || !canBeSilenced({ code, severity: isError ? 'error' : 'warning' })) return [];
  const { text, lineEnd } = document;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const title = `Disable ${code} in this line`;
  const above = commentsIn(document).find(
    (comment) => COMMENT.test(text.slice(comment.start, comment.end)) && isLineAbove(text, comment.end, lineStart),
  );
  if (above) return [{ title, changes: [{ start: above.end, end: above.end, text: `, ${code}` }] }];
  const [indent] = /^[ ]*/.exec(text.slice(lineStart)) ?? [''];
  const comment = `${indent}# lookalike-disable ${code}${lineEnd}`;
  return [{ title, changes: [{ start: lineStart, end: lineStart, text: comment }] }];
}

function isLineAbove(text: string, end: number, lineStart: number): boolean {
  return /^[^\n]*\n$/.test(text.slice(end, lineStart));
}

/** Takes a code out of a comment that disables it in vain, and the comment with its last code. */
export const removeDisable: FixMaker = {
  codes: ['disable-unused', 'disable-unknown'],
  create(document, fault) {
    const comment = commentsIn(document).find(({ start, end }) => start <= fault.start && fault.end <= end);
    if (!comment) return [];
    const title = `Remove ${fault.text} from the comment`;
    const others = document.text
      .slice(comment.start, comment.end)
      .replace(COMMENT, '')
      .split(/[\s,]+/)
      .filter((code) => code !== fault.text);
    const alone = others.length === 0;
    const change = alone
      ? wholeComment(document.text, comment)
      : { ...comment, text: `# lookalike-disable ${others.join(', ')}` };
    return [
      {
        title: alone ? 'Remove the comment' : title,
        changes: [change],
        safe: true,
        preferred: fault.code === 'disable-unused',
      },
    ];
  },
};

function wholeComment(text: string, { start, end, alone }: { start: number; end: number; alone: boolean }) {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (alone)
    return { start: lineStart, end: end + (/^[ \t]*(\r?\n)?/.exec(text.slice(end))?.[0].length ?? 0), text: '' };
  const before = /[ \t]*$/.exec(text.slice(lineStart, start))?.[0].length ?? 0;
  return { start: start - before, end, text: '' };
}
