import { figure } from './format.js';
import type { Panel } from './section.js';

const LINE = 24;
const WIDTH = 760;
const BARS_AT = 270;
const LONGEST = 400;

/** Bars, panel below panel. */
export function plot(panels: readonly Panel[]): string {
  const parts: string[] = [];
  let y = 8;
  for (const { title, bars } of panels) {
    parts.push(`<text x="12" y="${y + 18}" font-weight="bold">${escaped(title)}</text>`);
    y += LINE + 4;
    const scale = LONGEST / Math.max(...bars.map(({ value }) => value));
    for (const { label, value } of bars) {
      parts.push(bar(y, label, value, Math.max(1, Math.round(value * scale))));
      y += LINE;
    }
    y += 12;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" font-family="sans-serif" font-size="13">
<title>What was measured</title>
<rect width="${WIDTH}" height="${y}" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function bar(y: number, label: string, value: number, width: number): string {
  const color = label.startsWith('this library') ? '#e0234e' : '#8a8a8a';
  return (
    `<text x="${BARS_AT - 10}" y="${y + 14}" text-anchor="end">${escaped(label)}</text>` +
    `<rect x="${BARS_AT}" y="${y}" width="${width}" height="18" fill="${color}"/>` +
    `<text x="${BARS_AT + width + 6}" y="${y + 14}">${figure(value)}</text>`
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
