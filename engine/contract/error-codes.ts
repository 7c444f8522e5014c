/**
 * The register of error codes, with their meaning and the data of their errors.
 *
 * Codes and names of data are a contract: scripts read them from `--json`, and jobs store them. New
 * ones may be added; none is renamed. docs/errors.md is generated from this file: `node
 * build/run.mjs build/error-docs.ts`.
 */

/** A text, a number, any JSON value, a list of a kind, or an object; `name?` is optional. */
type Kind = 'text' | 'number' | 'any' | readonly [Kind] | DetailFields;
export interface DetailFields {
  readonly [name: string]: Kind;
}

interface Entry<F extends DetailFields> {
  /** What happened, in one sentence for users. */
  readonly meaning: string;
  readonly fields: F;
}

function entry<const F extends DetailFields = Record<never, never>>(
  meaning: string,
  fields?: F,
): Entry<F> {
  return { meaning, fields: fields ?? ({} as F) };
}

const NAMED_NETWORK = {
  name: 'text',
  flag: 'text',
  tensors: 'number',
  parameters: 'number',
} as const;
const LABEL_PROBLEM = { code: 'text', message: 'text', items: ['text'] } as const;
const PATH = { path: 'text' } as const;
const PATH_IF_KNOWN = { 'path?': 'text' } as const;
const REASON = { reason: 'text' } as const;
const LEFT_OUT_FILE = { path: 'text', reason: 'text' } as const;
const LOCK = { dir: 'text', 'pid?': 'number', 'host?': 'text' } as const;

export const ERROR_CODES = {
  'access-denied': entry('The system denied access to a file or folder.', PATH_IF_KNOWN),
  'address-unknown': entry('The address to serve at is none of this machine.'),
  'assignment-infeasible': entry('Forbidden pairs leave no way to assign items to each other.'),
  'assignment-invalid': entry(
    'The costs of an assignment are not numbers, or too many or too few.',
  ),
  busy: entry('Too many calls wait for the same thing.'),
  'call-invalid': entry('A call to the studio has no command or not the input that it needs.'),
  cancelled: entry('The call was cancelled by its caller.'),
  'checkpoint-invalid': entry('A checkpoint is damaged, incomplete or of another format.', {
    'step?': 'number',
    'folder?': 'text',
  }),
  'checkpoint-not-found': entry('The run has no checkpoint, or none of this step.', {
    'step?': 'number',
    'steps?': ['number'],
  }),
  'checkpoint-unsafe': entry('A PyTorch file asks for code to be run, so it was not read.', {
    global: 'text',
  }),
  'comparison-changed': entry('The folder holds a comparison with other settings.', {
    now: 'any',
    'before?': 'any',
  }),
  'comparison-missing': entry(
    'A folder holds no comparison, or one that cannot be understood.',
    PATH,
  ),
  'comparison-stopped': entry('The comparison was stopped before it was complete.', {
    'signal?': 'text',
  }),
  'compile-failed': entry('A device does not take the graph of the network.', { 'graph?': 'text' }),
  'connection-lost': entry('The page lost its connection to the studio.'),
  'continuation-unsupported': entry('Only pre-trainings can be exported to be continued.'),
  'data-closed': entry('Images were requested after the data loader was closed.'),
  'data-worker-died': entry('A thread that prepares images ended unexpectedly.'),
  'dataset-changed': entry('The images are not those that the run began with.', {
    folders: ['text'],
    before: 'text',
    now: 'text',
  }),
  'dataset-invalid': entry('A data set with labels was given as several folders or files.'),
  'dataset-known': entry('These folders have already been added as a data set.', { id: 'text' }),
  'dataset-not-found': entry('There is no data set of this id.'),
  'device-failed': entry('The library of a device reported an error while it computed.', {
    device: 'text',
  }),
  'device-lost': entry('The device stopped responding while it computed.', {
    device: 'text',
    'reopening?': 'text',
  }),
  'device-out-of-memory': entry('The device has not enough memory for the network or batch.', {
    device: 'text',
    'imagesAtOnce?': 'number',
    'reopening?': 'text',
  }),
  'device-unavailable': entry('A device is known but cannot be used here.', { 'device?': 'text' }),
  'device-unknown': entry('There is no device of this name.', {
    device: 'text',
    devices: ['text'],
  }),
  'devices-failing': entry('Every device of this machine failed its self-test.', {
    failures: ['text'],
  }),
  'disk-failed': entry('The disk could not read or write.', PATH_IF_KNOWN),
  'disk-full': entry('There is no space left on the disk, or the quota of the user is used up.', {
    'path?': 'text',
    'freeBytes?': 'number',
    'freeFiles?': 'number',
    'neededBytes?': 'number',
    'free?': 'number',
    'bytes?': 'number',
  }),
  'disk-read-only': entry('The disk cannot be written to.', PATH_IF_KNOWN),
  'drop-unusable': entry('What was dropped is not what the field takes.'),
  'embeddings-format': entry('The name of the file names no format for embeddings.'),
  'embeddings-invalid': entry('Vectors, labels and images differ in number.'),
  'evaluation-empty': entry('There are no images to evaluate on.'),
  'evaluation-invalid': entry('Scores, labels and images of an evaluation do not fit together.'),
  'evaluation-missing': entry('The job is no evaluation, or its results are gone or damaged.'),
  'evaluation-not-finite': entry('The classifier gives numbers that are not finite.'),
  'export-damaged': entry('An exported folder is incomplete or was changed.'),
  'export-failed': entry('What was exported differs from the network when it is read back.'),
  'export-unsupported': entry('The format cannot hold this network.'),
  'features-not-finite': entry('The network gives features that are not finite.'),
  'feed-mismatch': entry('A value given to a graph has another size than its input.'),
  'feed-missing': entry('A graph was run without a value for one of its inputs.'),
  'file-missing': entry('The file is not there or cannot be read.'),
  'file-not-written': entry('The file could not be saved.'),
  'file-too-large': entry('The disk takes no file of this size.', PATH_IF_KNOWN),
  'file-unread': entry('An image file could not be read.', REASON),
  'file-unreadable': entry('A file that was named in an option cannot be read.'),
  'fixture-invalid': entry('A file of stored values lacks a tensor or an entry.'),
  'fixtures-missing': entry('The folder lacks files of stored values.'),
  'folder-missing': entry('The folder is not there, or is a file.', PATH_IF_KNOWN),
  'folder-unreadable': entry('The folder cannot be read.', PATH_IF_KNOWN),
  'graph-invalid': entry('A graph breaks a rule of the intermediate representation.'),
  'head-unknown': entry('The blocks of the network have no head of this number.'),
  'image-damaged': entry('The image is damaged.', REASON),
  'image-not-in-dataset': entry('The image is in none of the data sets.'),
  'image-too-large': entry('The image has more pixels than the limit allows.', REASON),
  'image-unknown': entry('The file is not an image of a known format.', REASON),
  'image-unreadable': entry('The image cannot be decoded.', LEFT_OUT_FILE),
  'image-unsupported': entry(
    'The image uses a feature of its format that is not supported.',
    REASON,
  ),
  'import-ambiguous': entry('There are several networks or files of weights to choose from.', {
    'networks?': [NAMED_NETWORK],
    'files?': ['text'],
  }),
  'import-config-invalid': entry('The configuration beside the weights is damaged or wrong.'),
  'import-incomplete': entry('The weights lack tensors, or parts of them are missing.', {
    'missing?': ['text'],
  }),
  'import-no-such-network': entry('The file holds no network of the name that was given.', {
    networks: [NAMED_NETWORK],
  }),
  'import-no-weights': entry('The folder holds no weights.'),
  'import-not-finite': entry('The weights hold numbers that are not finite.'),
  'import-not-weights': entry('The file is no file of weights.'),
  'import-nothing-matched': entry('The file holds no vision transformer that is known here.', {
    'tensors?': 'number',
    'names?': ['text'],
  }),
  'import-unclear': entry('The file does not tell its image size or number of heads.'),
  'import-unsupported': entry('The network has a part that cannot be computed here.', {
    'modelType?': 'text',
    'architecture?': 'text',
    'name?': 'text',
    'shape?': ['number'],
    'expected?': ['number'],
    'missing?': 'text',
    'tensors?': ['text'],
  }),
  'insight-missing': entry('The run has none of what is to be shown.', { run: 'text' }),
  internal: entry('Something happened that the program does not expect.'),
  'job-died': entry('The process of the job ended unexpectedly.'),
  'job-live': entry('The job has not ended yet.'),
  'job-not-found': entry('There is no job of this id.'),
  'job-not-waiting': entry('The job does not wait in the queue any more.'),
  'knn-invalid': entry('The features, labels or settings of kNN do not fit together.'),
  'label-set-name': entry('The name of a labelled set has no letter or digit.'),
  'label-set-single': entry(
    'A labelled set has one label an image, and the given ones may be several.',
  ),
  'labels-ambiguous': entry('The folder holds labels of several formats.', {
    path: 'text',
    formats: ['text'],
  }),
  'labels-invalid': entry('A file of labels cannot be read.', {
    path: 'text',
    'line?': 'number',
    'record?': 'text',
  }),
  'labels-missing': entry('There is no folder or list of labelled images at this path.', PATH),
  'labels-unknown': entry(
    'The folder or file holds no labels of a known format, or none that suit the task.',
    PATH,
  ),
  'layer-unknown': entry('The network has no layer of this number.'),
  'list-invalid': entry('A list of labelled images cannot be read.', {
    path: 'text',
    'line?': 'number',
  }),
  'listing-damaged': entry('The stored list of the images of a data set is damaged.', PATH),
  'listing-missing': entry('There is no stored list of the images of a data set.'),
  'loader-out-of-step': entry('The data loader gave another batch than the one that was due.'),
  'lock-invalid': entry('A folder has the name of a lock file.'),
  'lookup-damaged': entry('An index of patches is incomplete or damaged.', PATH),
  'lookup-missing': entry('The run keeps no index of patches, or none of that name.'),
  'lookup-too-large': entry('The images have more patches than an index holds.'),
  'map-damaged': entry('A map of images is incomplete or damaged.', PATH),
  'map-missing': entry('The run keeps no map of images, or none of that name.'),
  'map-too-small': entry('There are too few images for a map.'),
  'maps-too-large': entry('So many attention maps are too much for a page.'),
  'mask-invalid': entry('The mask cells do not tile the patches of the image.'),
  'mask-unreadable': entry('The mask of an image cannot be read.', LEFT_OUT_FILE),
  'masks-missing': entry('The objects of a set have boxes and no masks.', PATH),
  'memory-short': entry('Training takes more memory than is free.', {
    bytes: 'number',
    freeBytes: 'number',
  }),
  'message-too-large': entry('A call is larger than the studio takes.'),
  'model-not-found': entry('There is no file or folder of weights at this path.'),
  'model-without-classifier': entry('The network has no classifier.'),
  'mpi-failed': entry('The library that several ranks communicate by reports an error.', {
    'call?': 'text',
    'reason?': 'text',
  }),
  'mpi-missing': entry('There is no MPI library for several ranks to communicate by.', {
    reasons: ['text'],
  }),
  'mpi-unsupported': entry('The MPI library is of a kind or version that cannot be used.', {
    library: 'text',
  }),
  'network-not-found': entry('The checkpoint does not hold the requested network.'),
  'no-classes': entry('The folder has no class folders with images.', PATH),
  'no-images': entry('There is no image that can be used.', {
    'unreadable?': [LEFT_OUT_FILE],
    'ignored?': 'any',
    'problems?': [LABEL_PROBLEM],
  }),
  'no-usable-checkpoint': entry('Every checkpoint of the run is damaged.', {
    'step?': 'number',
    'rejected?': [{ step: 'number', folder: 'text', reason: 'text' }],
  }),
  'node-missing': entry('The Node.js that runs the engine is missing.'),
  'not-a-pretraining': entry('The run or folder does not hold the state of a pre-training.'),
  'nothing-to-resume': entry('The run has ended, or has nothing to resume from.'),
  'npy-invalid': entry('The file is not a usable npy file.'),
  'onnx-too-large': entry('The weights are too large for one ONNX file.', { bytes: 'number' }),
  'onnx-unusable': entry('An ONNX file lacks what predictions need, or cannot be run.', {
    'missing?': ['text'],
  }),
  'out-of-memory': entry('There is not enough memory to read the file.'),
  'package-cut-off': entry('A download was interrupted.'),
  'package-damaged': entry('A downloaded package has another size or checksum than stated.', {
    bytes: 'number',
    statedBytes: 'number',
    'sha512?': 'text',
    'statedSha512?': 'text',
  }),
  'package-incomplete': entry('A file of the installation is missing.'),
  'package-other': entry('The file is another package or version than the one that is needed.'),
  'package-unknown': entry('The package index does not offer the version that is needed.', {
    name: 'text',
    version: 'text',
    index: 'text',
  }),
  'package-unreachable': entry('The package index cannot be reached.', { url: 'text' }),
  'package-unreadable': entry('A downloaded package cannot be unpacked.', PATH),
  'page-missing': entry('The page of the application has not been built.'),
  'path-invalid': entry('The path is not absolute.'),
  'path-missing': entry('There is nothing at this path.', PATH_IF_KNOWN),
  'path-outside-roots': entry('The path is outside the folders that are open to the page.', {
    roots: ['text'],
  }),
  'path-relative': entry('The path of a file to open is not absolute.'),
  'port-taken': entry('The port is in use, or the user may not use it.'),
  'precision-unavailable': entry('The device does not compute in this precision.', {
    precision: 'text',
    'device?': 'text',
  }),
  'predictions-missing': entry('The job makes no predictions, or its table is gone or damaged.'),
  'prepared-damaged': entry('A prepared image is damaged, and its file is read instead.', REASON),
  'prepared-not-found': entry('There are no prepared images of this name.'),
  'preset-exists': entry('The workspace has a preset of this name.', { name: 'text' }),
  'preset-missing': entry('The workspace has no preset of this name.', { name: 'text' }),
  'preset-name': entry('A preset cannot have this name.', { name: 'text' }),
  'probe-invalid': entry('The features and labels of a linear probe do not fit together.'),
  'probe-too-few': entry('There are too few labelled images to hold any out.'),
  'rank-failed': entry('A rank cannot take part in a run, or has failed.', {
    rank: 'number',
    'host?': 'text',
    'code?': 'text',
  }),
  'rank-lost': entry('A rank of a run has ended unexpectedly, or does not respond.', {
    'rank?': 'number',
    'host?': 'text',
    'pid?': 'number',
    'reason?': 'text',
  }),
  'ranks-apart': entry('Processes that were started together are not connected by MPI.', {
    started: 'number',
    connected: 'number',
    library: 'text',
  }),
  'ranks-diverged': entry('The networks of some ranks are not those of the first one.', {
    ranks: ['number'],
  }),
  'ranks-uneven': entry('The images of a step cannot be divided evenly among the ranks.', {
    batchSize: 'number',
    ranks: 'number',
    'microBatch?': 'number',
  }),
  'ranks-unsupported': entry('Several ranks were started for work that one process does.', {
    ranks: 'number',
  }),
  'recipe-file-invalid': entry('The recipe file cannot be read.', { file: 'text' }),
  'recipe-invalid': entry('A setting is unknown, or its value is not allowed.', {
    'field?': 'text',
    'value?': 'any',
    'allowed?': 'text',
    'suggestion?': 'text',
    'problems?': [{ field: 'text', 'value?': 'any', allowed: 'text', 'suggestion?': 'text' }],
    'file?': 'text',
  }),
  'recipe-unknown': entry('There is no recipe or recipe file of this name.', { recipe: 'text' }),
  'recipe-unmeasured': entry('A setting is to be measured over images, and there are none.', {
    field: 'text',
  }),
  'rle-invalid': entry(
    'The run lengths (RLE) of a mask do not describe an image of its size.',
    REASON,
  ),
  'run-ambiguous': entry('The beginning of an id fits several runs.', { ids: ['text'] }),
  'run-damaged': entry('The record of the run cannot be read.'),
  'run-elsewhere': entry('The run does not lie in the workspace that was named.', {
    path: 'text',
    workspace: 'text',
  }),
  'run-folder-removed': entry('The folder of a run that was open was removed or moved.', {
    dir: 'text',
  }),
  'run-live': entry('The run is still being trained.'),
  'run-lock-lost': entry('Another process has taken over the run or folder.', LOCK),
  'run-locked': entry('Another process has the run or folder open.', LOCK),
  'run-not-found': entry('There is no run of this id or at this path.', {
    'workspace?': 'text',
    'reference?': 'text',
  }),
  'run-not-live': entry('The run is not being trained now.'),
  'safetensors-invalid': entry('The file is not a usable safetensors file.'),
  'sample-data-corrupt': entry('The package with the sample images is not the expected one.', {
    'found?': 'text',
    'wanted?': 'text',
  }),
  'sample-data-folder-in-use': entry('The folder for the sample images holds other files.', PATH),
  'sample-data-unavailable': entry(
    'The package with the sample images cannot be fetched or read.',
    { 'reason?': 'text' },
  ),
  'sample-data-unknown': entry('There are no sample images of this name.'),
  'sandbox-missing': entry('The system keeps the window from having a sandbox.'),
  'scan-stopped': entry('The scan of a data set was stopped.'),
  'schedule-invalid': entry('The warm-up or length of a schedule does not fit the run.', {
    'batch_size?': 'number',
    'stepsPerEpoch?': 'number',
    'warmup_steps?': 'number',
    'warmup_epochs?': 'number',
    'warmup?': 'number',
    'total?': 'number',
  }),
  'setup-folder-closed': entry('The folder for the CUDA files cannot be written to.', {
    folder: 'text',
  }),
  'setup-unsupported': entry('What is asked for cannot be set up on this system.', {
    platform: 'text',
  }),
  'shape-mismatch': entry('Tensors of an operation have shapes that do not fit.', {
    op: 'text',
    shapes: [['number']],
  }),
  'single-class': entry('All labelled images are of one class.'),
  'splits-ambiguous': entry('The folders mix classes with splits such as train and val.', {
    path: 'text',
    'folders?': ['text'],
    'splits?': ['text'],
    'others?': ['text'],
  }),
  'state-mismatch': entry('The saved state is of another network or recipe.', {
    'missing?': ['text'],
    'unexpected?': ['text'],
  }),
  'state-not-finite': entry('The state to be saved holds numbers that are not finite.', {
    step: 'number',
    tensor: 'text',
  }),
  'study-changed': entry('The folder holds a study with other settings.', {
    now: 'any',
    'before?': 'any',
  }),
  'study-failed': entry('No training of a study could be judged.'),
  'study-missing': entry('A folder holds no study, or one that cannot be understood.', PATH),
  'study-stopped': entry('The study was stopped before it was complete.', { 'signal?': 'text' }),
  'table-invalid': entry('A row of a table cannot be read.', { 'line?': 'number' }),
  'tap-unknown': entry('The network has no intermediate value of this name.', { name: 'text' }),
  'target-taken': entry('Other files are where the results would be written.', PATH),
  'telemetry-not-off': entry('ONNX Runtime was not loaded, as its telemetry would be on.'),
  'tensor-invalid': entry('A tensor cannot be written to a file.'),
  'text-invalid': entry('A text file is not in UTF-8 or has a line that is too long.', {
    path: 'text',
    line: 'number',
  }),
  'tls-invalid': entry('The certificate and key cannot be used.'),
  'too-few-images': entry('There are fewer images than one batch takes.'),
  'too-many-broken-images': entry('Too many images cannot be decoded any more.', {
    broken: [LEFT_OUT_FILE],
  }),
  'too-many-unusable-rows': entry('Too many rows of a list lead to no image.', {
    problems: [LABEL_PROBLEM],
  }),
  'tools-closed': entry('The studio is closing.'),
  'tools-died': entry('A process that works for the studio ended unexpectedly.', {
    'exitCode?': 'number',
    'signal?': 'text',
    lastLines: ['text'],
  }),
  'training-diverged': entry('Loss or gradients stay not finite, also after rewinding.', {
    step: 'number',
    rewinds: 'number',
  }),
  'training-empty': entry('All labelled images are marked to evaluate on.'),
  'unknown-classes': entry('The images have classes that the training set does not have.', {
    unknown: ['text'],
    classes: ['text'],
  }),
  usage: entry('The command line is wrong.', { 'command?': 'text' }),
  'validation-empty': entry('There are no images to validate on.'),
  'weights-mismatch': entry('The weights do not fit the network.', {
    'missing?': ['text'],
    'mismatched?': ['text'],
  }),
  'workspace-given': entry('The workspace was set from outside and cannot be changed here.'),
  'workspace-missing': entry('The folder of the workspace is not there any more.'),
  'workspace-no-folder': entry('The path of the workspace is a file.'),
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

type ValueOf<K> = K extends 'text'
  ? string
  : K extends 'number'
    ? number
    : K extends 'any'
      ? unknown
      : K extends readonly [infer Item]
        ? readonly ValueOf<Item>[]
        : DataOf<K>;
type DataOf<F> = keyof F extends never
  ? Readonly<Record<string, never>>
  : {
      readonly [Name in keyof F as Name extends `${string}?` ? never : Name]: ValueOf<F[Name]>;
    } & {
      readonly [Name in keyof F as Name extends `${infer Short}?` ? Short : never]?:
        | ValueOf<F[Name]>
        | undefined;
    };

export type ErrorDetails<Code extends ErrorCode> = Code extends ErrorCode
  ? DataOf<(typeof ERROR_CODES)[Code]['fields']>
  : never;

/** Whether data, such as those of a job of another version, have the fields of the code. */
export function isDetailsOf(code: ErrorCode, details: unknown): boolean {
  return fits(details, ERROR_CODES[code].fields);
}

function fits(value: unknown, kind: Kind): boolean {
  if (kind === 'any') return true;
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'number') return typeof value === 'number';
  if (isList(kind)) return Array.isArray(value) && value.every((item) => fits(item, kind[0]));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(kind).every(([name, inner]) => {
    const field = (value as Record<string, unknown>)[name.replace('?', '')];
    return field === undefined ? name.endsWith('?') || inner === 'any' : fits(field, inner);
  });
}

function isList(kind: Kind): kind is readonly [Kind] {
  return Array.isArray(kind);
}
