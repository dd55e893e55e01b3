/** What a chart takes from the page's style sheet, and a file of its own has to say itself. */
const INHERITED = ['font-family', 'font-size', 'font-variant-numeric', 'color'];
const DRAWN = ['fill', 'stroke', 'stroke-width', 'font-weight', 'opacity'];

/** A chart that stands in a page, as an SVG file that looks the same without the page: colours resolved, background drawn. */
export function svgText(drawn: SVGSVGElement): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  copyStyle(drawn, copy, [...INHERITED, ...DRAWN]);
  const originals = drawn.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, n) => {
    copyStyle(originals[n], element, DRAWN);
  });
  copy.prepend(background(drawn));
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}

function copyStyle(from: Element, to: Element, names: readonly string[]): void {
  const computed = getComputedStyle(from);
  for (const name of names) to.setAttribute(name, computed.getPropertyValue(name));
}

function background(drawn: SVGSVGElement): SVGRectElement {
  const rectangle = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  rectangle.setAttribute('width', '100%');
  rectangle.setAttribute('height', '100%');
  rectangle.setAttribute('fill', getComputedStyle(drawn.ownerDocument.body).backgroundColor);
  return rectangle;
}
