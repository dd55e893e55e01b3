const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Logarithms differ in their last digits between engines, and no eye sees a thousandth. */
const LONG_NUMBER = /-?\d+\.\d{4,}(?:e-\d+)?/g;

/**
 * An element as XML, the same wherever it was drawn: attributes by name, numbers in thousandths, and what a library numbers
 * through all that it ever drew numbered from 1.
 */
export function svgText(element: Element): string {
  const numbers = new Map<string, number>();
  const numbered = (text: string) =>
    text
      .replace(LONG_NUMBER, (number) => String(Number(Number(number).toFixed(3))))
      .replace(/plot-(clip|marker)-\d+/g, (id, kind) => {
        if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
        return `${kind}-${numbers.get(id)}`;
      });
  return `${written(element, numbered)}\n`;
}

function written(element: Element, numbered: (text: string) => string): string {
  const attributes = [...element.attributes]
    .map(({ name, value }) => [name, value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}="${escaped(name === 'aria-label' ? value : numbered(value))}"`)
    .join('');
  const inner = [...element.childNodes].map((node) =>
    node.nodeType === 1 ? written(node as Element, numbered) : escaped(node.textContent ?? ''),
  );
  // An HTML document's `tagName` is in capitals.
  const name = element.localName;
  return inner.length > 0 ? `<${name}${attributes}>${inner.join('')}</${name}>` : `<${name}${attributes}/>`;
}

const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** What XML has no place for at all is shown as a character that stands for none. */
function escaped(text: string): string {
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
