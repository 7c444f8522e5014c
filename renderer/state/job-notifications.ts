/**
 * Notifications of a browser when a job ends. The window has notifications of its own (electron/). Permission is
 * never asked here, only by a button of the settings.
 */
import { endNotice, isTraining, type Job } from '../../engine/contract/studio/index.ts';
import { call, desktop } from '../client/studio.ts';
import { useLive } from './live.ts';

/** Whether this browser can show notifications; addresses without HTTPS, other than localhost, cannot. */
export function canNotify(): boolean {
  return desktop === undefined && 'Notification' in globalThis && globalThis.isSecureContext;
}

/** Jobs that were running and have ended. */
export function endedJobs(before: readonly Job[], now: readonly Job[]): Job[] {
  return now.flatMap((job) => {
    const old = before.find(({ id }) => id === job.id);
    return old?.state === 'running' && job.state !== 'running' ? [job] : [];
  });
}

/** Notify of trainings, and of other jobs while the page is hidden; called once. */
export function notifyOfJobs(): void {
  if (!canNotify()) return;
  useLive.subscribe(({ jobs }, before) => {
    if (jobs === before.jobs) return;
    for (const job of endedJobs(before.jobs, jobs))
      if (document.hidden || isTraining({ ...job, state: 'running' }))
        // Without a connection, or on phones, whose browsers have no such constructor, none is shown.
        notify(job).catch(() => undefined);
  });
}

async function notify(job: Job): Promise<void> {
  const notice = endNotice(job);
  if (notice === undefined || Notification.permission !== 'granted') return;
  const { notify: wanted } = await call('settings.read', {});
  if (!wanted) return;
  // Other tabs with the page have the same tag, so that the notification is shown once.
  const shown = new Notification(notice.title, { body: notice.body, tag: `conmim-${job.id}` });
  shown.addEventListener('click', () => {
    globalThis.focus();
    globalThis.location.hash = `#/${notice.place}`;
    shown.close();
  });
}
