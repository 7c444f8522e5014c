/** What no page may do, whatever it holds: go elsewhere, open or embed anything, reach a network. */
import type { Session, WebContents } from 'electron';
import { isOwnPage, ORIGIN } from './channels.ts';

/** Copying a command is all that the page does beyond itself. */
const PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);
/** Files that the page makes itself, such as a chart's picture. */
const OWN_FILES = `blob:${ORIGIN}/`;

/** For each page as it comes to be. */
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
  // A page cannot keep its window open.
  contents.on('will-prevent-unload', (event) => event.preventDefault());
  // WebRTC would reach any address, past all that filters requests; there is no proxy to go by.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  bringBack(contents);
}

/**
 * Empty pages (`about:blank`, `about:srcdoc`) are shown without any event that could prevent them. The
 * preload script prevents those that the page itself asks for; after any other the own page comes back.
 */
function bringBack(contents: WebContents): void {
  let place: string | undefined;
  const look = () => {
    const url = contents.getURL();
    if (isOwnPage(url)) place = url;
    // Not while the event is under way; and the tools of developers are no place of ours.
    else if (place !== undefined) setImmediate(() => void returnTo(contents, place!));
  };
  contents.on('did-navigate', look);
  contents.on('did-navigate-in-page', look);
  contents.on('did-fail-load', look);
}

async function returnTo(contents: WebContents, place: string): Promise<void> {
  if (contents.isDestroyed() || isOwnPage(contents.getURL())) return;
  // One that cannot be loaded either is reported as every page of the window is.
  await contents.loadURL(place).catch(() => undefined);
}

/** Before the first page. */
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

/** Chromium's own errands, none of which this application needs. */
export const QUIET_SWITCHES: readonly (readonly [name: string, value?: string])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['no-pings'],
  // Looking for a proxy asks the network, although there is nothing to reach through it.
  ['no-proxy-server'],
  // WebRTC would take part in multicast DNS to hide addresses, of which it may tell none here.
  ['disable-features', 'WebRtcHideLocalIpsWithMdns'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE localhost'],
];
