/** The element of a panel’s page with the messages that it has from the beginning. */
export const TOLD_ELEMENT = 'told';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands in an HTML document: between tags, or as an attribute in quotes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * JSON that cannot end or change the script element around it: without `<` there is no end tag and no comment.
 * U+2028 and U+2029 end a line in scripts of old. JSON reads the escapes as the characters that they stand for.
 */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Code that cannot end or change the script element around it. A bundler leaves these three only inside texts
 * and patterns, where the escape means the same.
 */
export function codeForScript(code: string): string {
  return code.replace(/<(?=!--|\/?script)/gi, '\\x3C');
}
