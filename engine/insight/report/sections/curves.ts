/** Curves of training. */
import { bytesText } from '../../../contract/number-text.ts';
import { scoreFacts } from '../../../contract/scores.ts';
import { termOf } from '../../../contract/terms.ts';
import type { RunCurves } from '../curves.ts';
import type { Section } from '../document.ts';
import { drawn, share, short } from '../draw-curves.ts';

export function curveSection({ steps, machine, scoreName = 'tokenMatch' }: RunCurves): Section {
  return {
    title: 'Curves',
    parts: drawn([
      [steps, { title: termOf('loss'), text: short, curves: [['loss', 'Loss']] }],
      [
        steps,
        {
          title: scoreFacts(scoreName).title,
          text: share,
          curves: [
            ['score', 'This run'],
            ['chance', termOf('chance')],
          ],
        },
      ],
      [steps, { title: termOf('gradientNorm'), text: short, curves: [['gradNorm', '']] }],
      [steps, { title: 'Learning rate', text: short, curves: [['lr', '']] }],
      [steps, { title: termOf('throughput'), text: short, curves: [['imagesPerSecond', '']] }],
      [steps, { title: termOf('dataWait'), text: share, curves: [['dataWaitShare', '']] }],
      [steps, { title: termOf('memory'), text: bytesText, curves: [['rssBytes', '']] }],
      [machine, { title: termOf('gpuUse'), text: share, curves: [['gpuUse', '']] }],
    ]),
  };
}
