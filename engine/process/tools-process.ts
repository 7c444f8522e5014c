/**
 * Entry of the tools process. It handles any number of concurrent calls of the studio over the channel
 * that it was forked with, and ends when the studio is gone.
 */
import '../platform/quiet-environment.ts';
import '../platform/close-inherited.ts';
import { cancelled, toStudioError } from '../contract/errors.ts';
import type { ToolProgress, ToolReply, ToolRequest } from '../contract/tools.ts';
import { createTools, type ToolContext } from '../tools/tools.ts';

/** Progress is reported at most this often. */
const PROGRESS_MS = 200;

const tools = createTools();
const running = new Map<number, AbortController>();
let orphaned = false;

function reply(message: ToolReply): void {
  // The studio may end at any time; replies are then dropped.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

async function answer(request: Extract<ToolRequest, { type: 'call' }>): Promise<void> {
  const { id, name, input } = request;
  const controller = new AbortController();
  running.set(id, controller);
  const context: ToolContext = { signal: controller.signal, onProgress: progressReporter(id) };
  try {
    const tool = tools[name] as (input: unknown, context: ToolContext) => Promise<unknown>;
    reply({ type: 'value', id, value: await tool(input, context) });
  } catch (error) {
    const shown = controller.signal.aborted ? cancelled() : toStudioError(error);
    reply({ type: 'error', id, error: shown.toJSON() });
  } finally {
    running.delete(id);
    endIfOrphaned();
  }
}

/** Report the first progress at once, later ones at limited rate, and the end of each count always. */
function progressReporter(id: number): (progress: ToolProgress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let text: string | undefined;
  return (progress) => {
    const now = performance.now();
    const { done, total, report } = progress;
    const isNews = progress.text !== text || done === total || report !== undefined;
    if (!isNews && now - last < PROGRESS_MS) return;
    last = now;
    text = progress.text;
    reply({ type: 'progress', id, progress });
  };
}

function endIfOrphaned(): void {
  if (orphaned && running.size === 0) process.exit();
}

process.on('message', (message: ToolRequest) => {
  if (message.type === 'cancel') running.get(message.id)?.abort();
  else void answer(message);
});
// Running calls are aborted, so that a scan saves its progress.
process.on('disconnect', () => {
  orphaned = true;
  for (const controller of running.values()) controller.abort();
  endIfOrphaned();
});
