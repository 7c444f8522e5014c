/** What the system shows of training: progress in the task bar, a word when a run ends, staying awake. */
import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { Push, StudioPort } from '../engine/contract/studio/api.ts';
import type { Job } from '../engine/contract/studio/jobs.ts';

const TRAINING: ReadonlySet<Job['request']['kind']> = new Set([
  ...(['pretrain', 'finetune', 'resume', 'compare'] as const),
]);
const ENDED: ReadonlySet<Job['state']> = new Set(['done', 'failed', 'died']);

const WORDS: Readonly<Record<string, string>> = {
  done: 'is done',
  failed: 'failed',
  died: 'ended without a word',
};

export class Attention {
  readonly #studio: StudioPort;
  readonly #windowOf: () => BrowserWindow | undefined;
  readonly #running = new Map<string, Job>();
  #blocker: number | undefined;

  /** @param windowOf the window that is open now */
  constructor(studio: StudioPort, windowOf: () => BrowserWindow | undefined) {
    this.#studio = studio;
    this.#windowOf = windowOf;
  }

  /** Jobs that are training now. */
  get training(): readonly Job[] {
    return [...this.#running.values()];
  }

  async start(): Promise<void> {
    for (const job of await this.#studio.call('jobs.list', {})) this.#take(job);
    this.#studio.subscribe((push) => this.#hear(push));
  }

  stop(): void {
    this.#stayAwake(false);
  }

  #hear(push: Push): void {
    if (push.topic === 'job') this.#take(push.job);
    if (push.topic === 'run' && push.run.status === 'running')
      this.#windowOf()?.setProgressBar(push.run.step / Math.max(1, push.run.totalSteps));
  }

  #take(job: Job): void {
    if (!TRAINING.has(job.request.kind)) return;
    const was = this.#running.has(job.id);
    if (job.state === 'running') this.#running.set(job.id, job);
    else this.#running.delete(job.id);
    if (was && ENDED.has(job.state)) void this.#tell(job);
    if (this.#running.size === 0) this.#windowOf()?.setProgressBar(-1);
    void this.#follow();
  }

  async #follow(): Promise<void> {
    const { stayAwake } = await this.#studio.call('settings.read', {});
    this.#stayAwake(stayAwake && this.#running.size > 0);
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
    const { notify } = await this.#studio.call('settings.read', {});
    if (!notify || !Notification.isSupported()) return;
    const notification = new Notification({
      title: `${job.title} ${WORDS[job.state]}`,
      body: job.error?.message ?? 'Its result is on the Runs page.',
    });
    notification.on('click', () => {
      const window = this.#windowOf();
      window?.show();
      window?.webContents.send(
        'menu:action',
        `page:runs${job.run === undefined ? '' : `/${job.run}`}`,
      );
    });
    notification.show();
  }
}
