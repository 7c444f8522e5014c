/** Elements of SVG as text. */

/** For text and attributes of HTML and SVG. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const place = (value: number) => String(Number(value.toFixed(1)));

export function line(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  { stroke, width = 1, dash }: { stroke: string; width?: number; dash?: string | undefined },
): string {
  const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash}"`;
  return `<line x1="${place(x1)}" y1="${place(y1)}" x2="${place(x2)}" y2="${place(y2)}" stroke="${stroke}" stroke-width="${width}"${dashes}/>`;
}

export function polyline(
  points: readonly (readonly [number, number])[],
  { stroke, dash }: { stroke: string; dash?: string | undefined },
): string {
  const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash}"`;
  const text = points.map(([x, y]) => `${place(x)},${place(y)}`).join(' ');
  return `<polyline fill="none" stroke="${stroke}" stroke-width="1.5" stroke-linejoin="round"${dashes} points="${text}"/>`;
}

/** A faint area. */
export function area(points: readonly (readonly [number, number])[], fill: string): string {
  const text = points.map(([x, y]) => `${place(x)},${place(y)}`).join(' ');
  return `<polygon fill="${fill}" fill-opacity="0.22" stroke="none" points="${text}"/>`;
}

export function dot([x, y]: readonly [number, number], radius: number, fill: string): string {
  return `<circle cx="${place(x)}" cy="${place(y)}" r="${radius}" fill="${fill}"/>`;
}

export function label(
  [x, y]: readonly [number, number],
  text: string,
  { fill, anchor = 'start', size = 11 }: { fill: string; anchor?: string; size?: number },
): string {
  return `<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}" font-size="${size}" fill="${fill}">${escaped(text)}</text>`;
}

/** @param title what readers of screens are told */
export function drawing(
  { width, height, title, ground }: DrawingOptions,
  parts: readonly string[],
): string {
  const back =
    ground === undefined ? '' : `<rect width="${width}" height="${height}" fill="${ground}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" role="img" aria-label="${escaped(title)}"><title>${escaped(title)}</title>${back}${parts.join('')}</svg>`;
}

interface DrawingOptions {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly ground?: string | undefined;
}
