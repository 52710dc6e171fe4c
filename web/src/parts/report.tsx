// Pictures and tables that the report room made. They are taken into the page as nodes (never as markup): scripts, handlers, styles and
// anything that would load something stay outside.
import { useEffect, useRef } from 'react';

const kept = new Set([
  'svg', 'g', 'title', 'desc', 'defs', 'pattern', 'path', 'rect', 'line', 'polygon', 'polyline', 'circle', 'ellipse', 'text', 'tspan', 'image',
  'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'p', 'h2', 'h3', 'h4', 'ul', 'ol', 'li', 'b', 'i', 'em', 'strong', 'span', 'div', 'section', 'br',
]);

function clean(element: Element): void {
  for (const child of [...element.children]) {
    if (kept.has(child.localName)) clean(child);
    else child.remove();
  }
  for (const { name, value } of [...element.attributes]) {
    const loads = (name === 'href' || name === 'xlink:href' || name === 'src') && !value.startsWith('data:image/png') && !value.startsWith('#');
    if (name === 'style' || name.startsWith('on') || loads) element.removeAttribute(name);
  }
}

/** The trend as a picture in the page; its own title and description name it for those who do not see it. */
export function TrendPicture({ svg }: { svg: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const made = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    if (made.localName !== 'svg' || !box.current) return;
    clean(made);
    made.removeAttribute('width');
    made.removeAttribute('height');
    made.classList.add('trend-svg');
    box.current.replaceChildren(document.importNode(made, true));
  }, [svg]);
  return <div className="trend" ref={box} />;
}

/** The tables of a worksheet page, under their headings. */
export function WorksheetTables({ html }: { html: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Its style sheet is for its own page; the browser would complain of it here.
    const page = new DOMParser().parseFromString(html.replace(/<style[\s\S]*?<\/style>/gi, '').replace(/<meta[^>]*>/gi, ''), 'text/html');
    const parts: Node[] = [];
    for (const element of page.querySelectorAll('h2, h2 + p, ul, table')) {
      if (element.closest('svg')) continue;
      clean(element);
      const copy = document.importNode(element, true);
      if (element.localName === 'table') {
        const frame = document.createElement('div');
        frame.className = 'table-frame';
        (copy as Element).className = 'table report-table';
        frame.append(copy);
        parts.push(frame);
      } else {
        parts.push(copy);
      }
    }
    box.current?.replaceChildren(...parts);
  }, [html]);
  return <div className="report" ref={box} />;
}
