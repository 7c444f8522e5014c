/** Restrictions of the page: it cannot navigate to other pages, open windows, embed pages or use the network. */
import type { Session, WebContents } from 'electron';
import { isOwnPage, ORIGIN } from './channels.ts';

/** The page only needs to copy commands to the clipboard. */
const PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);
/** URLs of files that the page makes, for example the picture of a chart. */
const OWN_FILES = `blob:${ORIGIN}/`;

/** Confine a new page. */
export function confineContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (details) => {
    if (!isOwnPage(details.url)) details.preventDefault();
  });
  contents.on('will-redirect', (details) => details.preventDefault());
  // The page has no frames.
  contents.on('will-frame-navigate', (details) => {
    if (!details.isMainFrame || !isOwnPage(details.url)) details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  // The page must not prevent its window from closing.
  contents.on('will-prevent-unload', (event) => event.preventDefault());
  // WebRTC bypasses the request filter; without a proxy this policy leaves it no route.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  restorePage(contents);
}

/**
 * Navigation to empty pages (`about:blank`, `about:srcdoc`) fires no event that can be prevented. The
 * preload script prevents those that the page starts; after any other, the application's page is loaded
 * again.
 */
function restorePage(contents: WebContents): void {
  let lastUrl: string | undefined;
  const check = () => {
    const url = contents.getURL();
    if (isOwnPage(url)) lastUrl = url;
    // The page is loaded after the event. Developer tools never had a page of the application.
    else if (lastUrl !== undefined) setImmediate(() => void returnTo(contents, lastUrl!));
  };
  contents.on('did-navigate', check);
  contents.on('did-navigate-in-page', check);
  contents.on('did-fail-load', check);
}

async function returnTo(contents: WebContents, url: string): Promise<void> {
  if (contents.isDestroyed() || isOwnPage(contents.getURL())) return;
  // Errors of loading are reported by the window.
  await contents.loadURL(url).catch(() => undefined);
}

/** Confine the session; call this before the first page is loaded. */
export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide) =>
    decide(PERMISSIONS.has(permission)),
  );
  session.setPermissionCheckHandler((_contents, permission) => PERMISSIONS.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(OWN_FILES)) event.preventDefault();
  });
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    decide({ cancel: !/^(app|data|blob|devtools):/.test(url) });
  });
}

/** Switches that turn off network access of Chromium itself. */
export const OFFLINE_SWITCHES: readonly (readonly [name: string, value?: string])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['no-pings'],
  // Proxy discovery sends network requests.
  ['no-proxy-server'],
  // WebRTC uses multicast DNS to hide local addresses.
  ['disable-features', 'WebRtcHideLocalIpsWithMdns'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE localhost'],
];
