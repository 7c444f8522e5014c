/** The error of a file of labels that cannot be read. */
import { StudioError } from '../../../contract/errors.ts';

export interface Place {
  /** from 1 */
  readonly line?: number | undefined;
  /** such as `annotations 17` */
  readonly record?: string | undefined;
}

/**
 * @param what completes the sentence that names the file and the place, such as "is not closed"
 * @returns StudioError `labels-invalid`
 */
export function labelsInvalid(
  file: string,
  what: string,
  { line, record }: Place = {},
  cause?: unknown,
): StudioError<'labels-invalid'> {
  const place = placeText({ line, record });
  return new StudioError('labels-invalid', `${file}${place && `, ${place},`} ${what}`, {
    advice: 'Check the file at this place, or export the labels anew.',
    details: { path: file, line, record },
    cause,
  });
}

/** `line 5, annotations 17`; empty where neither is known. */
export function placeText({ line, record }: Place): string {
  return [line === undefined ? [] : `line ${line}`, record ?? []].flat().join(', ');
}
