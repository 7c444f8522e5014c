/**
 * The registers of codes of warnings and stops, with their meanings. As with error codes, new ones
 * may be added and none is renamed. docs/errors.md is generated from this file.
 */

/** Warnings of runs, in their events. */
export const WARNING_CODES = {
  'non-finite-step': 'Loss or gradient was not finite; the step changed nothing.',
  'batch-left-out': 'A batch whose loss was not finite before a rewind was left out.',
  'data-wait': 'Data loading takes much of the training time.',
  'shortcut-suspected': 'The match rises faster than learning does.',
  plateau: 'The match has stayed at chance.',
  'match-saturated': 'Nearly every token is matched: more steps may make features worse.',
  'images-flat': 'Most of the probe images show a single colour.',
  'teacher-too-fast': 'The teacher follows the student within a step or two.',
  'teacher-too-slow': 'The teacher keeps most of its first weights to the end of the run.',
  'temperature-too-high': 'The temperature leaves all patches nearly equally probable.',
  'temperature-too-low': 'The temperature makes the student certain of patches that are wrong.',
  'position-shortcut': 'The student matches positions instead of contents.',
  diverging: 'The loss is above that of guessing.',
  'features-collapsed': 'The features of all tokens have become nearly the same.',
  'learning-unmeasured': 'The probe images cannot be read, so learning is not measured.',
  'stopped-early': 'Evaluations no longer got better.',
  'precision-slow': 'The precision is slower than float32 on the device, by its check.',
  'ranks-inefficient': 'Ranks are expected to spend more time on sums of gradients than on steps.',
  'ranks-unlike': 'The ranks of a run compute on different devices of a kind.',
  'micro-batches': 'A batch is computed in passes, and normalisation sees one pass at a time.',
  'device-lost': 'The device was lost and opened again; training resumes from a checkpoint.',
  'device-out-of-memory':
    'The device ran out of memory; batches are computed in smaller passes since.',
  leakage: 'Evaluation images also occur among those trained on.',
  labels: 'Labels may be wrong, for example because the same image has two.',
  'images-left-out': 'Images to evaluate on could not be decoded any more and were left out.',
  'images-excluded': 'Images that were excluded from the data set are left out.',
  'images-unfit': 'Images have other channels or values than the recipe takes and were left out.',
  'images-tiled': 'Large images are read as tiles, and empty tiles are left out.',
  'images-doubtful': 'Images may not show what was meant, for example a single colour.',
  'images-unreadable': 'Images of a quick scan cannot be read; training shows others instead.',
  'images-copied': 'Images of a quick scan have the content of others.',
  'scan-unfinished': 'Training ended before the full scan beside it.',
  'scan-failed': 'The full scan beside the training ended early.',
  'checkpoint-damaged': 'A checkpoint is damaged and was passed over.',
  'checkpoint-not-finite': 'The state holds numbers that are not finite and was not saved.',
  'dataset-changed': 'The images are not those that the run began with.',
  'environment-changed': 'Versions, device or threads are not those that the run began with.',
  'lock-restored': 'The lock of the run was removed and has been made again.',
  'log-restored': 'A file of the log was removed and has been begun again.',
  'prepared-used': 'Images are read from where they are prepared; their views differ slightly.',
  'prepared-unfit':
    'Images are prepared for views or values that do not suffice for this training; files are read.',
  'prepared-missing':
    'The prepared images that the run began with are gone; files are read instead.',
  'prepared-damaged': 'Prepared images are damaged; their files are read instead.',
  'command-ignored': 'A command file could not be understood.',
} as const;
export type WarningCode = keyof typeof WARNING_CODES;

/** Reasons of stops and pauses without an error. */
export const STOP_CODES = {
  asked: 'The user requested it.',
  interrupted: 'The process got a signal to end, for example Ctrl-C.',
  'comparison-stopped': 'The comparison that trained the run ended; given again, it resumes.',
} as const;
export type StopCode = keyof typeof STOP_CODES;

/** Warnings of commands, as a line with `--json`. */
export const COMMAND_WARNING_CODES = {
  'evaluation-note': 'The images of an evaluation may not be those that were meant.',
  'lines-dropped': 'Lines of output were not written because the disk was full.',
  'masks-left-out': 'Masks beside the images are left out of the training.',
  'weights-assumed': 'The weights do not tell all that is needed, and the rest was assumed.',
} as const;

/** A warning as a command prints it with `--json`. */
export function warningRecord(code: keyof typeof COMMAND_WARNING_CODES, message: string): object {
  return { type: 'warning', code, message };
}
