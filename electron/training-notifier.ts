/** Training in the system's own interface: task bar progress, notifications, and no suspension while training. */
import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { StudioPort } from '../engine/contract/studio/api.ts';
import { endNotice } from '../engine/contract/studio/job-progress.ts';
import type { Job } from '../engine/contract/studio/jobs.ts';
import type { Push } from '../engine/contract/studio/push.ts';
import { iconFile } from './about.ts';
import { TaskBarProgress } from './task-bar-progress.ts';

/** Interval of reading the settings while training. */
const SETTINGS_INTERVAL_MS = 5000;

export interface TrainingNotifierParts {
  readonly studio: StudioPort;
  /** The open window, if there is one. */
  windowOf(): BrowserWindow | undefined;
  /** Bring the window to the front and show a page. */
  showAt(place: string): void;
}

export class TrainingNotifier {
  readonly #parts: TrainingNotifierParts;
  readonly #progress = new TaskBarProgress();
  /** Shown notifications; without a reference they are garbage-collected and lose their click handlers. */
  readonly #shown = new Set<Notification>();
  #blocker: number | undefined;
  #settingsReadAt = 0;

  constructor(parts: TrainingNotifierParts) {
    this.#parts = parts;
  }

  /** Jobs that are training now. */
  get training(): readonly Job[] {
    return this.#progress.jobs;
  }

  async start(): Promise<void> {
    const { studio } = this.#parts;
    studio.subscribe((push) => this.#handlePush(push));
    for (const job of await studio.call('jobs.list', {})) this.#progress.takeJob(job);
    this.#updateTaskBar();
  }

  stop(): void {
    this.#preventSuspension(false);
  }

  #handlePush(push: Push): void {
    switch (push.topic) {
      case 'job':
        this.#settingsReadAt = 0;
        if (this.#progress.takeJob(push.job)) void this.#notify(push.job).catch(() => undefined);
        break;
      case 'job-removed':
        this.#progress.dropJob(push.id);
        break;
      case 'run': {
        const wasPaused = this.#progress.paused;
        this.#progress.takeRun(push);
        if (this.#progress.paused !== wasPaused) this.#settingsReadAt = 0;
        break;
      }
      default:
        return;
    }
    this.#updateTaskBar();
  }

  #updateTaskBar(): void {
    const { share, paused } = this.#progress;
    const window = this.#parts.windowOf();
    if (window !== undefined && !window.isDestroyed()) {
      if (share === undefined) window.setProgressBar(-1);
      else window.setProgressBar(share, { mode: paused ? 'paused' : 'normal' });
    }
    if (share === undefined || paused) this.#preventSuspension(false);
    else void this.#preventSuspensionIfWanted().catch(() => undefined);
  }

  async #preventSuspensionIfWanted(): Promise<void> {
    if (Date.now() - this.#settingsReadAt < SETTINGS_INTERVAL_MS) return;
    this.#settingsReadAt = Date.now();
    const { stayAwake } = await this.#parts.studio.call('settings.read', {});
    const { share, paused } = this.#progress;
    this.#preventSuspension(stayAwake && share !== undefined && !paused);
  }

  #preventSuspension(wanted: boolean): void {
    if (wanted && this.#blocker === undefined)
      this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!wanted && this.#blocker !== undefined) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = undefined;
    }
  }

  async #notify(job: Job): Promise<void> {
    const notice = endNotice(job);
    const { notify } = await this.#parts.studio.call('settings.read', {});
    if (notice === undefined || !notify || !Notification.isSupported()) return;
    const icon = iconFile();
    const notification = new Notification({
      ...(icon === undefined ? {} : { icon }),
      title: notice.title,
      body: notice.body,
    });
    this.#shown.add(notification);
    const forget = () => this.#shown.delete(notification);
    notification.on('close', forget);
    notification.on('click', () => {
      forget();
      this.#parts.showAt(notice.place);
    });
    notification.show();
  }
}
