/** What the system shows of training: progress in the task bar, a word when a run ends, staying awake. */
import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { Push, StudioPort } from '../engine/contract/studio/api.ts';
import type { Job } from '../engine/contract/studio/jobs.ts';
import { iconFile } from './about.ts';
import { TrainingProgress } from './training-progress.ts';

/** Ends that are told; who stops a training knows it. */
const WORDS: Readonly<Partial<Record<Job['state'], string>>> = {
  done: 'is done',
  failed: 'failed',
  died: 'ended without a word',
};
/** How soon a changed setting is heeded while training. */
const SETTINGS_EVERY_MS = 5000;

export interface AttentionParts {
  readonly studio: StudioPort;
  /** The window that is open now. */
  windowOf(): BrowserWindow | undefined;
  /** Brings the window to the front, at a place in it. */
  showAt(place: string): void;
}

export class Attention {
  readonly #parts: AttentionParts;
  readonly #progress = new TrainingProgress();
  /** Kept while they are shown, or their clicks would be lost. */
  readonly #shown = new Set<Notification>();
  #blocker: number | undefined;
  #settingsReadAt = 0;

  constructor(parts: AttentionParts) {
    this.#parts = parts;
  }

  /** Jobs that are training now. */
  get training(): readonly Job[] {
    return this.#progress.jobs;
  }

  async start(): Promise<void> {
    const { studio } = this.#parts;
    studio.subscribe((push) => this.#hear(push));
    for (const job of await studio.call('jobs.list', {})) this.#progress.takeJob(job);
    this.#show();
  }

  stop(): void {
    this.#stayAwake(false);
  }

  #hear(push: Push): void {
    switch (push.topic) {
      case 'job':
        this.#settingsReadAt = 0;
        if (this.#progress.takeJob(push.job)) void this.#tell(push.job).catch(() => undefined);
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
    this.#show();
  }

  #show(): void {
    const { share, paused } = this.#progress;
    const window = this.#parts.windowOf();
    if (window !== undefined && !window.isDestroyed()) {
      if (share === undefined) window.setProgressBar(-1);
      else window.setProgressBar(share, { mode: paused ? 'paused' : 'normal' });
    }
    if (share === undefined || paused) this.#stayAwake(false);
    else void this.#stayAwakeIfWanted().catch(() => undefined);
  }

  async #stayAwakeIfWanted(): Promise<void> {
    if (Date.now() - this.#settingsReadAt < SETTINGS_EVERY_MS) return;
    this.#settingsReadAt = Date.now();
    const { stayAwake } = await this.#parts.studio.call('settings.read', {});
    const { share, paused } = this.#progress;
    this.#stayAwake(stayAwake && share !== undefined && !paused);
  }

  #stayAwake(wanted: boolean): void {
    if (wanted && this.#blocker === undefined)
      this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!wanted && this.#blocker !== undefined) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = undefined;
    }
  }

  async #tell(job: Job): Promise<void> {
    const words = WORDS[job.state];
    const { notify } = await this.#parts.studio.call('settings.read', {});
    if (words === undefined || !notify || !Notification.isSupported()) return;
    const icon = iconFile();
    const notification = new Notification({
      ...(icon === undefined ? {} : { icon }),
      title: `${job.title} ${words}`,
      body: job.error?.message ?? 'Its result is on the Runs page.',
    });
    this.#shown.add(notification);
    const forget = () => this.#shown.delete(notification);
    notification.on('close', forget);
    notification.on('click', () => {
      forget();
      this.#parts.showAt(job.run === undefined ? 'runs' : `runs/${job.run}`);
    });
    notification.show();
  }
}
