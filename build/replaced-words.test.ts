import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './root.ts';

/** Texts that terms of the field have replaced, with the term. A plain text is found in any case. */
const REPLACED: readonly (readonly [was: string | RegExp, is: string])[] = [
  ['right at once', 'Top-1 accuracy'],
  ['right answers', 'Training accuracy'],
  ['among its first five', 'Top-5 accuracy'],
  ['mean over classes', 'Macro F1'],
  ['mean recall of the classes', 'Balanced accuracy'],
  ['on images not trained on', 'Validation accuracy'],
  [/guessing (would give|gives)/i, 'Chance level'],
  ['in truth', 'Actual'],
  [/\bit said\b/i, 'Predicted; Log'],
  [/mixe[sd] (it )?up/i, 'Confusion matrix'],
  ['can its confidence be trusted', 'Calibration'],
  ['how sure it was', 'Confidence'],
  [/surer of itself/i, 'overconfident'],
  ['how often it was right', 'Accuracy'],
  ['roughly right', 'a verdict on the calibration'],
  [/images a second\b/i, 'Throughput (images/s)'],
  [/(spent|goes into) waiting for images/i, 'Data-loading wait'],
  ['what was measured stays', 'Smoothing'],
  [/['"`>]What happened/, 'Events'],
  ['needs a look', 'Warnings'],
  ['how it was made', 'Configuration'],
  ['now and next', 'Queue'],
  [/['"`>]\s*Go on\b/, 'Resume'],
  [/\b(go|goes|went) on (from|with|where|elsewhere|in passes)\b/i, 'Resume, continue'],
  ['stop and keep', 'Stop'],
  [/(second|third|fourth|\dth|\d) times? through/i, 'epoch 3, Epochs'],
  ['without a word', 'Process exited unexpectedly'],
  [/(take|taken|takes) (it )?off the list/i, 'Dismiss'],
  [/take (it|them|the weights|a network|the network) away/i, 'Export'],
  ['to go on elsewhere', 'Continuation package'],
  ['what it sees in your images', 'Embeddings'],
  [/numbers in \S+ tensors/i, 'parameters'],
  ['memory of the teacher', 'EMA momentum'],
  ['share that is hidden', 'Mask ratio'],
  ['slower lower blocks', 'Layer-wise LR decay'],
  ['images a step', 'Batch size'],
  ['images at once', 'Micro-batch size'],
  ['times each', 'Seeds'],
  ['memory of the gradient', 'Adam β1'],
  ['longest gradient', 'Gradient clipping'],
  [/\bblocks? left out/i, 'Drop path (stochastic depth)'],
  ['numbers that are computed with', 'Precision'],
  ['less memory for more time', 'Gradient checkpointing'],
  ['threads that read images', 'Data-loader workers'],
  ['first mend', 'Fix first'],
  [/\blabels that vote|labels vote/i, 'Reference set'],
  [/(images|those) to (judge on|learn from)/i, 'Validation set, Training set'],
  [/['"`>]\s*(Judge on|Learn from)\b/, 'Validation set, Training set'],
  ['share to hold out', 'Validation split'],
  [/only a new last layer/i, 'Linear probe'],
  ['change and ask again', 'Edit and rerun'],
  ['do it again', 'Rerun'],
  [/['"`>]\s*Asked for\b/, 'Started 1 minute ago'],
  [/['"`>]\s*(Near )?[Cc]opies\b/, 'Duplicates'],
  [/\b(a|the|this|one|two|four|any|idle) processors?\b/i, 'CPU'],
  ['processor core', 'CPU core'],
  ['graphics card', 'GPU'],
  ['not learning yet', 'a score against its chance level'],
];

const LITERALS =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** The text of a source without comments, in one line. */
function withoutComments(source: string): string {
  return source
    .replaceAll(LITERALS, (found) => (found.startsWith('/') ? ' ' : found))
    .replaceAll(/\s+/g, ' ');
}

function textsIn(folder: string, isText: (file: string) => boolean): [string, string][] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter(isText)
    .map((file) => {
      const source = readFileSync(path.join(ROOT, file), 'utf8');
      return [file, file.endsWith('.md') ? source : withoutComments(source)];
    });
}

/** Tests may quote stored files of earlier versions, and synonyms are what people search for. */
const isSource = (file: string) =>
  /\.tsx?$/.test(file) &&
  !/\.test\.tsx?$/.test(file) &&
  !/[\\/]testing[\\/]|[\\/]synonyms\.ts$/.test(file);
/** Decisions and the log are dated, and stay as they were written. */
const isPage = (file: string) => file.endsWith('.md') && !/log\.md$|decisions[\\/]/.test(file);

describe.each([
  ['renderer', textsIn('renderer', isSource)],
  ['engine', textsIn('engine', isSource)],
  ['docs', textsIn('docs', isPage)],
  [
    'README.md',
    [['README.md', readFileSync(path.join(ROOT, 'README.md'), 'utf8')]] as [string, string][],
  ],
])('%s', (_, texts) => {
  it.each(REPLACED)('does not say %s, but %s', (was) => {
    const pattern = typeof was === 'string' ? new RegExp(`\\b${was}`, 'i') : was;
    const found = texts.flatMap(([file, text]) => {
      const at = pattern.exec(text)?.index;
      return at === undefined ? [] : [`${file}: … ${text.slice(Math.max(0, at - 40), at + 60)} …`];
    });
    expect(found).toEqual([]);
  });
});
