/**
 * A report as one HTML file that needs nothing else: no script, no font, no image and no style from
 * elsewhere. It is light or dark as the reader's system is, and light on paper.
 */
import { programVersion } from '../../platform/versions.ts';
import { escaped } from './charts/svg.ts';
import { STYLE } from './style.ts';

/** Markup that was made here, in contrast to text, which is escaped. */
export interface Markup {
  readonly html: string;
}

export interface Section {
  readonly title: string;
  readonly parts: readonly Markup[];
}

export interface ReportDocument {
  readonly title: string;
  /** A sentence on what it is about. */
  readonly about: string;
  readonly sections: readonly Section[];
  /** ms since 1970 */
  readonly madeAt: number;
}

/** By which an earlier report is recognised in a file. */
export const GENERATOR = '<meta name="generator" content="ConMIM Studio, report">';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function reportHtml({ title, about, sections, madeAt }: ReportDocument): string {
  const filled = sections.filter(({ parts }) => parts.length > 0);
  const made = new Date(madeAt).toISOString().slice(0, 16).replace('T', ' ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${GENERATOR}
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escaped(title)}</h1>
<p>${escaped(about)}</p>
</header>
${filled.map(sectionHtml).join('\n')}
</main>
<footer>Written by ConMIM Studio ${escaped(programVersion())} on ${made} UTC.</footer>
</body>
</html>
`;
}

function sectionHtml({ title, parts }: Section): string {
  return `<section>\n<h2>${escaped(title)}</h2>\n${parts.map(({ html }) => html).join('\n')}\n</section>`;
}

export function paragraph(text: string): Markup {
  return { html: `<p>${escaped(text)}</p>` };
}

export function bullets(texts: readonly string[]): Markup {
  return { html: `<ul>${texts.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>` };
}

/** Names with their values; those without a value are left out. */
export function facts(items: readonly (readonly [string, string | undefined])[]): Markup {
  const rows = items.flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : [`<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`],
  );
  return { html: `<dl>${rows.join('')}</dl>` };
}

/** The first row is the head; the first column names the rows. */
export function table(rows: readonly (readonly string[])[], caption: string): Markup {
  const [head = [], ...body] = rows;
  const header = head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('');
  const lines = body.map(([first = '', ...cells]) => {
    const rest = cells.map((cell) => `<td>${escaped(cell)}</td>`).join('');
    return `<tr><th scope="row">${escaped(first)}</th>${rest}</tr>`;
  });
  return {
    html: `<div class="scroll" role="region" aria-label="${escaped(caption)}" tabindex="0"><table><caption>${escaped(caption)}</caption><thead><tr>${header}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`,
  };
}

/** @param svg drawings with the colours of the page */
export function charts(svg: readonly string[]): Markup {
  return {
    html: `<div class="charts">${svg.map((one) => `<figure>${one}</figure>`).join('')}</div>`,
  };
}

/** A drawing with colours of its own, on the ground that it is made for. */
export function figureOnWhite(svg: string): Markup {
  return { html: `<div class="charts"><figure class="white">${svg}</figure></div>` };
}

export interface Picture {
  readonly title: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

export function pictures(found: readonly Picture[]): Markup {
  const figures = found.map(({ title, type, bytes }) => {
    const source = `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
    return `<figure><img src="${source}" alt="${escaped(title)}"><figcaption>${escaped(title)}</figcaption></figure>`;
  });
  return { html: `<div class="pictures">${figures.join('')}</div>` };
}

export function folded(summary: string, parts: readonly Markup[]): Markup {
  return {
    html: `<details><summary>${escaped(summary)}</summary>${parts.map(({ html }) => html).join('')}</details>`,
  };
}

export function preformatted(text: string): Markup {
  return { html: `<pre>${escaped(text)}</pre>` };
}
