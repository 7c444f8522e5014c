/** Print a page of its own from a browser, which offers paper and PDF. */

/** The frame stays for as long as the browser's dialog may take, and until the next print. */
const KEPT_MS = 600_000;

let last: HTMLIFrameElement | undefined;

/** @param html without scripts; it is loaded in a frame that is never seen */
export function printPage(html: string): void {
  last?.remove();
  const frame = document.createElement('iframe');
  last = frame;
  frame.title = 'Report';
  frame.tabIndex = -1;
  frame.setAttribute('aria-hidden', 'true');
  frame.style.cssText = 'position: fixed; inset: 0 auto auto -10000px; width: 800px; height: 600px';
  frame.addEventListener('load', () => frame.contentWindow?.print());
  setTimeout(() => frame.remove(), KEPT_MS);
  frame.srcdoc = html;
  document.body.append(frame);
}
