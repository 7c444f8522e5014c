/** Next steps after an error where a command names its options and a page has fields. */
import { DENSE_LABELS } from '../../engine/contract/dense-labels.ts';
import type { ErrorCode } from '../../engine/contract/error-codes.ts';

const PAGE_ADVICE: Partial<Record<ErrorCode, string>> = {
  'labels-ambiguous': `Choose the ${DENSE_LABELS.format.title.toLowerCase()} under “How labels are read”.`,
  'labels-unknown':
    'Masks lie in a folder such as masks beside images; objects are read from COCO, YOLO, Pascal VOC, LabelMe, CVAT and tables. Choose the format under “How labels are read”.',
};

export function pageAdvice(code: string | undefined, advice: string | undefined) {
  return PAGE_ADVICE[code as ErrorCode] ?? advice;
}
