/** The desktop application: a window that shows the studio. */
import '../engine/platform/quiet-environment.ts';
import { app, type BrowserWindow, nativeTheme, session } from 'electron';
import { StudioError } from '../engine/contract/errors.ts';
import type { Dataset } from '../engine/contract/studio/datasets.ts';
import type { StudioHost } from '../engine/contract/studio/host.ts';
import type { AppSettings } from '../engine/contract/studio/settings.ts';
import { answerCall } from '../engine/contract/studio/wire.ts';
import { removeTelemetryLeftovers } from '../engine/platform/telemetry-leftovers.ts';
import { describePaths } from '../engine/studio/folders/dropped-paths.ts';
import { isSameFolder } from '../engine/studio/folders/same-folder.ts';
import { requireWorkspaceFolder } from '../engine/studio/folders/workspace-folder.ts';
import { pageFolder } from '../engine/studio/page-files.ts';
import { aboutProgram, setAboutPanel } from './about.ts';
import type { MenuAction } from './channels.ts';
import { confineContents, confineSession, OFFLINE_SWITCHES } from './confinement.ts';
import { pickFile, pickFolders, pickSavePath, reveal, showError } from './dialogs.ts';
import { handleRequests, sendToPage } from './ipc.ts';
import { openMainWindow } from './main-window.ts';
import { type ShownMenu, setMenu } from './menu.ts';
import { openWorkspace } from './open-workspace.ts';
import { registerScheme, servePage } from './page-protocol.ts';
import { workspaceChoice } from './places.ts';
import { Quit } from './quit.ts';
import { requireSandbox } from './sandbox.ts';
import { saveFile } from './save-file.ts';
import { savePdf } from './save-pdf.ts';
import { describeStart, offerChange, otherWorkspace } from './second-start.ts';
import { TrainingNotifier } from './training-notifier.ts';

const isMac = process.platform === 'darwin';

class Application {
  readonly #studio: StudioHost;
  readonly #quit: Quit;
  readonly #notifier: TrainingNotifier;
  #menu: ShownMenu | undefined;
  #window: BrowserWindow | undefined;
  #isOfferingChange = false;

  constructor(studio: StudioHost) {
    const windowOf = () => this.#window;
    this.#studio = studio;
    this.#notifier = new TrainingNotifier({
      studio,
      windowOf,
      showAt: (place) => this.showAt(place),
    });
    this.#quit = new Quit({ studio, notifier: this.#notifier, windowOf });
    studio.subscribe((push) => {
      sendToPage(this.#window, 'studio:push', push);
      if (push.topic === 'settings') this.#showTheme(push.settings.theme);
    });
    handleRequests(windowOf, {
      'studio:call': (message) => answerCall(studio, message),
      'dialog:folders': (_, owner) =>
        pickFolders(owner, { title: 'Choose folders of images', many: true }),
      'dialog:file': (options, owner) => pickFile(owner, options),
      'dialog:save': (options, owner) => pickSavePath(owner, options),
      'dialog:save-file': (file, owner) => saveFile(owner, file),
      'dialog:save-pdf': (report, owner) => savePdf(owner, report),
      'paths:describe': async (paths) => describePaths(paths, (await this.#info()).workspace),
      'workspace:change': (folder) => this.#openWorkspace(folder),
      'shell:reveal': reveal,
      'app:about': aboutProgram,
    });
  }

  async start(): Promise<void> {
    this.#menu = setMenu({
      isMac,
      act: (action) => this.#performAction(action),
      addFolders: (kind) => void this.#addFolders(kind).catch(reportError),
      changeWorkspace: process.env['CONMIM_WORKSPACE']
        ? undefined
        : () => void this.#changeWorkspace().catch(reportError),
    });
    // The theme is set before the first window opens, so that the window does not flash.
    this.#showTheme((await this.#studio.call('settings.read', {})).theme);
    setAboutPanel((await this.#info()).version);
    app.on('second-instance', (_event, _words, _folder, data) => {
      void this.#handleSecondStart(data).catch(reportError);
    });
    app.on('activate', () => this.show());
    app.on('window-all-closed', () => {
      if (!isMac) app.quit();
    });
    this.show();
    await this.#notifier.start();
  }

  show(): BrowserWindow {
    if (this.#window === undefined || this.#window.isDestroyed()) return this.#open('');
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
    return this.#window;
  }

  /** Bring the window to the front and show a page. */
  showAt(place: string): void {
    if (this.#window === undefined) this.#open(place);
    else sendToPage(this.show(), 'menu:action', `page:${place}`);
  }

  #open(place: string): BrowserWindow {
    const window = openMainWindow(place, () => {
      if (isMac || this.#quit.agreed) return true;
      // The window stays open, so that the question is shown in front of it.
      app.quit();
      return false;
    });
    window.on('closed', () => {
      if (this.#window === window) this.#window = undefined;
    });
    this.#window = window;
    return window;
  }

  #performAction(action: MenuAction): void {
    const place = /^page:(.*)$/.exec(action)?.[1];
    if (place === undefined) sendToPage(this.#window, 'menu:action', action);
    else this.showAt(place);
  }

  async #addFolders(kind: Dataset['kind']): Promise<void> {
    const labelled = kind === 'labelled';
    const title = labelled
      ? 'Choose a folder with a folder for each class'
      : 'Choose folders of images';
    const folders = await pickFolders(this.show(), { title, many: !labelled });
    if (folders.length === 0) return;
    const { id } = await this.#studio.call('datasets.add', { kind, folders: [...folders] });
    this.showAt(`datasets/${id}`);
  }

  /** Dialogs, scroll bars and other parts of the system use the theme of the page. */
  #showTheme(theme: AppSettings['theme']): void {
    nativeTheme.themeSource = theme;
    this.#menu?.showTheme(theme);
  }

  #info() {
    return this.#studio.call('app.info', {});
  }

  async #handleSecondStart(data: unknown): Promise<void> {
    const window = this.show();
    const { workspace } = await this.#info();
    const wanted = otherWorkspace(data, workspace);
    // Only one question is shown at a time.
    if (wanted === undefined || this.#isOfferingChange) return;
    this.#isOfferingChange = true;
    const changes = await offerChange(window, wanted, workspace).finally(() => {
      this.#isOfferingChange = false;
    });
    if (!changes) return;
    await requireWorkspaceFolder(wanted, { mayBeNew: true });
    // The workspace is opened as that start would have opened it; the saved choice stays.
    this.#quit.restart(() => {
      process.env['CONMIM_WORKSPACE'] = wanted;
    });
  }

  async #changeWorkspace(): Promise<void> {
    const title = 'Choose the folder where runs and data sets are kept';
    const [folder] = await pickFolders(this.show(), { title, many: false });
    if (folder !== undefined) await this.#openWorkspace(folder);
  }

  async #openWorkspace(folder: string): Promise<void> {
    if (process.env['CONMIM_WORKSPACE'])
      throw new StudioError(
        'workspace-given',
        'The workspace of this start is set by CONMIM_WORKSPACE.',
        {
          advice: 'Quit, and start the application without CONMIM_WORKSPACE or with another one.',
        },
      );
    const choice = workspaceChoice();
    if (isSameFolder(folder, choice.opened)) return;
    // The folder is checked before the application restarts.
    await requireWorkspaceFolder(folder, { mayBeNew: false });
    this.#quit.restart(() => choice.propose(folder));
  }
}

function reportError(thrown: unknown): void {
  showError('ConMIM Studio', thrown);
}

async function start(): Promise<void> {
  await app.whenReady();
  requireSandbox(process.env);
  await removeTelemetryLeftovers();
  confineSession(session.defaultSession);
  const page = pageFolder();
  const studio = await openWorkspace(process.env['CONMIM_WORKSPACE']);
  if (studio === undefined) return app.exit(0);
  servePage(session.defaultSession, page, () => studio);
  await new Application(studio).start();
}

app.setName('ConMIM Studio');
// Windows assigns notifications to the application by this id.
if (process.platform === 'win32') app.setAppUserModelId('studio.conmim.app');
for (const [name, value] of OFFLINE_SWITCHES) app.commandLine.appendSwitch(name, value);
app.enableSandbox();
registerScheme();
app.on('web-contents-created', (_, contents) => confineContents(contents));
if (app.requestSingleInstanceLock(describeStart(process.env)))
  start().catch((thrown: unknown) => {
    showError('ConMIM Studio cannot start', thrown);
    app.exit(1);
  });
else {
  process.stdout.write('ConMIM Studio is open already; its window comes to the front.\n');
  app.quit();
}
