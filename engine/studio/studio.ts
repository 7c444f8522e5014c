/**
 * The application's functions, for any surface: a window, a browser, a test. All state lies in the
 * workspace, so the studio can end at any time; training continues in separate processes.
 */

import { statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { findLauncher } from '../collectives/launcher.ts';
import { defined } from '../contract/defined.ts';
import { PROCESSOR } from '../contract/device.ts';
import { StudioError } from '../contract/errors.ts';
import { PRECISIONS, type Precision } from '../contract/precision.ts';
import type {
  AppInfo,
  CommandName,
  InputOf,
  OutputOf,
  Push,
  StudioApi,
} from '../contract/studio/api.ts';
import type { StudioHost } from '../contract/studio/host.ts';
import { checkSchema } from '../contract/studio/jobs.ts';
import type { PictureView } from '../contract/studio/picture-view.ts';
import { type AppSettings, settingsSchema } from '../contract/studio/settings.ts';
import type { ToolPort } from '../contract/tools.ts';
import { listPrepared, removePrepared } from '../data/preparing/prepared-store.ts';
import { nodeDisk, onDisk } from '../disk/disk.ts';
import { readJsonFile, writeJsonFile } from '../disk/json-file.ts';
import { confinedEnvironment } from '../platform/confined.ts';
import { readyMade } from '../recipes/load.ts';
import {
  deletePreset,
  listPresets,
  readPresetText,
  renamePreset,
  savePreset,
} from '../recipes/own-presets.ts';
import { PRESET_NAMES, presets } from '../recipes/presets.ts';
import { commandRun } from '../runs/command-run.ts';
import { environment } from '../runs/environment.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { readStudentStep } from '../runs/student-folder.ts';
import { checkRequest } from './check-request.ts';
import { Datasets } from './datasets.ts';
import { folderOf, readEvaluation, readNeighbours } from './evaluations.ts';
import { listFolder } from './folders.ts';
import { JobBoard } from './job-board.ts';
import { ERRORS_FILE, OUTPUT_FILE } from './job-folder.ts';
import { LabelSets } from './label-sets.ts';
import { liesIn } from './lies-in.ts';
import { LineTail, lastLines, parseRecord } from './line-tail.ts';
import { LiveRuns } from './live-runs.ts';
import { listModels } from './models.ts';
import { NamedPaths } from './named-paths.ts';
import { readPredictionJob, savedObjectsPath } from './prediction-job.ts';
import { reportedFolder, studyOfJob } from './reported-folder.ts';
import { resultFilesOf } from './result-files.ts';
import { RunCatalogue } from './run-catalogue.ts';
import { RunHistories } from './run-history.ts';
import { picturesIn } from './run-pictures.ts';
import { studentOf } from './run-student.ts';
import { tableRows } from './run-table.ts';
import { SampleDataAdder } from './sample-data-adder.ts';
import { ToolsClient } from './tools-client.ts';
import { Turns } from './turns.ts';

export interface StudioOptions {
  /** Created if missing. */
  readonly workspace: string;
  readonly host: AppInfo['host'];
  /** Folders that the surface is confined to; no limit when empty. */
  readonly roots?: readonly string[];
  /** The Node executable of engine processes; by default this process's own. */
  readonly node?: string;
}

/** A line of the self-test's output. */
const checkLineSchema = checkSchema.extend({ type: z.literal('check') });

type Handlers = {
  readonly [N in CommandName]: (
    input: z.output<StudioApi[N]['input']>,
    signal?: AbortSignal,
  ) => Promise<OutputOf<N>> | OutputOf<N>;
};

/** @throws StudioError `disk-full` or another disk error when the workspace cannot be created */
export async function openStudio(options: StudioOptions): Promise<StudioHost> {
  const folder = path.resolve(options.workspace);
  await onDisk(folder, () => nodeDisk.makeFolder(folder));
  return Studio.open(options);
}

/** A page in a browser is always confined; a window is not. */
function isConfinedSurface({ host, roots = [] }: StudioOptions): boolean {
  return host === 'server' || roots.length > 0;
}

class Studio implements StudioHost {
  readonly #workspace: string;
  readonly #options: StudioOptions;
  readonly #listeners = new Set<(push: Push) => void>();
  readonly #runs: RunCatalogue;
  readonly #histories = new RunHistories();
  readonly #tools: ToolPort;
  readonly #named = new NamedPaths();
  readonly #folderTurns = new Turns();
  readonly #handlers: Handlers;
  #jobs!: JobBoard;
  #datasets!: Datasets;
  #labels!: LabelSets;
  #live: LiveRuns | undefined;
  /** What starts several ranks on this machine, once it was looked for. */
  #launcher: ReturnType<typeof findLauncher> | undefined;
  readonly #autoDevice: Record<Precision, string> = {
    float32: PROCESSOR,
    float16: PROCESSOR,
    bfloat16: PROCESSOR,
  };
  #estimate: AbortController | undefined;

  private constructor(options: StudioOptions) {
    this.#options = options;
    this.#workspace = path.resolve(options.workspace);
    this.#runs = new RunCatalogue(this.#workspace);
    // Relative paths are resolved as in jobs, which run in the workspace.
    this.#tools = new ToolsClient({
      node: options.node,
      folder: this.#workspace,
      env: { ...process.env, ...confinedEnvironment(isConfinedSurface(options)) },
    });
    this.#handlers = this.#makeHandlers();
  }

  static async open(options: StudioOptions): Promise<Studio> {
    const studio = new Studio(options);
    const push = (message: Push) => studio.#push(message);
    const samples = new SampleDataAdder((dataset) => studio.#datasets.add(dataset));
    studio.#jobs = await JobBoard.open({
      workspace: studio.#workspace,
      node: options.node ?? process.execPath,
      confined: isConfinedSurface(options),
      autoDevice: (precision) => studio.#autoDevice[precision],
      environment: () => studio.#jobEnvironment(),
      events: {
        onJob(job) {
          push({ topic: 'job', job });
          samples.onJob(job);
          if (job.run !== undefined) studio.#live?.expect(job.run);
        },
        onRemoved: (id) => push({ topic: 'job-removed', id }),
        onQueue: (waiting) => push({ topic: 'queue', waiting: [...waiting] }),
      },
    });
    studio.#datasets = await Datasets.open(studio.#workspace, studio.#tools, {
      onDataset: (dataset) => push({ topic: 'dataset', dataset }),
      onRemoved: (id) => push({ topic: 'dataset-removed', id }),
    });
    studio.#labels = new LabelSets(studio.#workspace, studio.#datasets, studio.#tools);
    const running = () =>
      studio.#jobs
        .list()
        .flatMap(({ state, run }) => (state === 'running' && run !== undefined ? [run] : []));
    studio.#live = new LiveRuns(studio.#runs, running, (news) => push({ topic: 'run', ...news }));
    return studio;
  }

  async call<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    signal?: AbortSignal,
  ): Promise<OutputOf<N>> {
    const handle = this.#handlers[name] as (
      input: unknown,
      signal?: AbortSignal,
    ) => Promise<OutputOf<N>> | OutputOf<N>;
    return handle(input, signal);
  }

  subscribe(listener: (push: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async readImage(file: string, side: number, view?: PictureView) {
    const folders = [...this.#datasets.folders(), ...(this.#options.roots ?? [])];
    const allowed = this.#named.has(file) || (await liesIn(file, folders));
    if (!allowed)
      throw new StudioError('image-not-in-dataset', `${file} is not in a data set.`, {
        advice: 'Add its folder as a data set first.',
      });
    const { type, base64 } = await this.#tools.call('thumbnail', {
      path: file,
      side,
      ...defined({ view }),
    });
    return { type, bytes: Buffer.from(base64, 'base64') };
  }

  async close(): Promise<void> {
    this.#live?.close();
    this.#labels.close();
    this.#datasets.close();
    this.#estimate?.abort();
    await this.#jobs.close();
    await this.#tools.dispose();
    this.#listeners.clear();
  }

  #push(message: Push): void {
    for (const listener of this.#listeners) listener(message);
  }

  get #settingsFile(): string {
    return path.join(this.#workspace, 'settings.json');
  }

  /** The request with the preferred device, unless it names one. */
  async #withDevice<T extends { readonly kind: string }>(request: T): Promise<T> {
    if (!('device' in request) || request.device !== 'auto') return request;
    if ('devices' in request && request.devices !== undefined) return request;
    const { device } = await this.#settings();
    return { ...request, device };
  }

  async #settings(): Promise<AppSettings> {
    return (await readJsonFile(this.#settingsFile, settingsSchema)) ?? settingsSchema.parse({});
  }

  #evaluationOf(evaluated: InputOf<'evaluations.get'>): Promise<string> {
    const jobs = (id: string) => this.#jobs.get(id).job;
    return folderOf(evaluated, { jobs, runs: this.#runs });
  }

  async #jobEnvironment(): Promise<Record<string, string>> {
    const { threads } = await this.#settings();
    return threads === null ? {} : { CONMIM_THREADS: String(threads) };
  }

  #makeHandlers(): Handlers {
    const done = {};
    const studio = this;
    return {
      'app.info': () => ({
        version: environment()['studio'] ?? '',
        host: this.#options.host,
        platform: process.platform,
        workspace: this.#workspace,
        roots: [...(this.#options.roots ?? [])],
        runsQueue: this.#jobs.runsQueue,
      }),
      'settings.read': () => this.#settings(),
      async 'settings.write'(change) {
        const settings = settingsSchema.parse({ ...(await studio.#settings()), ...change });
        await writeJsonFile(studio.#settingsFile, settings);
        studio.#push({ topic: 'settings', settings });
        return settings;
      },
      // Listings run one after the other, since many large folders at once would delay all other
      // calls.
      async 'folders.list'({ path: folder }, signal) {
        const list = () => listFolder(folder, studio.#options.roots ?? [], signal);
        const listing = await studio.#folderTurns.run(list, signal);
        // Within roots every image may be shown anyway.
        if ((studio.#options.roots ?? []).length === 0) studio.#named.add(listing.pictures ?? []);
        return listing;
      },

      'datasets.list': () => this.#datasets.list(),
      'datasets.add': (order) => this.#datasets.add(order),
      'datasets.rename': ({ id, name }) => this.#datasets.rename(id, name),
      'datasets.readLabels': ({ id, dense }) => this.#datasets.readLabels(id, dense),
      'datasets.divide': ({ id, ...division }) => this.#datasets.divide(id, division),
      async 'datasets.exclude'({ id, map: { id: run, ...map }, back }) {
        const { dir } = await studio.#runs.get(run);
        const { paths } = await studio.#tools.call('mapPaths', { ...map, run: dir });
        return studio.#datasets.exclude(id, { paths, back });
      },
      'datasets.takeBack': ({ id, paths }) => this.#datasets.exclude(id, { paths, back: true }),
      async 'datasets.excluded'({ id, ...part }) {
        const found = await studio.#datasets.excluded(id, part);
        studio.#named.add(found.items.map((item) => item.path));
        return found;
      },
      async 'prepared.list'() {
        const sets = await listPrepared(studio.#workspace);
        return sets.map(({ name, folders, images, bytes, settings, createdAt }) => {
          return { name, folders, images, bytes, imageSize: settings.imageSize, createdAt };
        });
      },
      async 'prepared.remove'({ name }) {
        const { bytes } = await removePrepared(studio.#workspace, name);
        return { bytes };
      },
      'datasets.remove': ({ id }) => this.#datasets.remove(id).then(() => done),
      'datasets.scan': ({ id }) => this.#datasets.scan(id),
      'datasets.stopScan': ({ id }) => this.#datasets.stopScan(id),
      'datasets.missing': async ({ id }) => ({ folders: await this.#datasets.missing(id) }),
      async 'datasets.images'({ id, ...page }) {
        const found = await studio.#datasets.images(id, page);
        studio.#named.add(found.items.map((item) => item.path));
        return found;
      },
      'datasets.labels': ({ id, ...order }) => this.#datasets.labels(id, order),
      async 'datasets.preview'(request) {
        const { folders, exclude, settings } = request;
        const listing = studio.#datasets.listingOf(folders, settings, exclude);
        const views = await studio.#tools.call('preview', { ...request, listing });
        studio.#named.add(views.map((view) => view.path));
        return views;
      },

      'recipes.list': () =>
        PRESET_NAMES.map((name) => {
          const { recipe: _, expected, ...about } = presets[name];
          return { ...about, expected: [...expected], recipes: readyMade(name) };
        }),
      'presets.list'() {
        const { presets: own, damaged } = listPresets(studio.#workspace);
        return {
          presets: own,
          damaged: damaged.map(({ error, ...named }) => ({ ...named, error: error.toJSON() })),
        };
      },
      async 'presets.save'({ text, replace, ...named }) {
        const read = readPresetText(studio.#workspace, named, text);
        const saved = await savePreset(studio.#workspace, { ...named, ...read }, { replace });
        studio.#push({ topic: 'presets' });
        return saved;
      },
      async 'presets.rename'({ to, ...named }) {
        const name = await renamePreset(studio.#workspace, named, to);
        studio.#push({ topic: 'presets' });
        return { name };
      },
      async 'presets.delete'(named) {
        await deletePreset(studio.#workspace, named);
        studio.#push({ topic: 'presets' });
        return done;
      },
      async 'pretrain.estimate'(request) {
        checkRequest(request, studio.#workspace, isConfinedSurface(studio.#options));
        studio.#estimate?.abort();
        const estimate = new AbortController();
        studio.#estimate = estimate;
        const { signal } = estimate;
        const order = { workspace: studio.#workspace, request: await studio.#withDevice(request) };
        return studio.#tools.call('estimate', order, { signal });
      },

      'jobs.list': () => this.#jobs.list(),
      async 'jobs.submit'(request) {
        checkRequest(request, studio.#workspace, isConfinedSurface(studio.#options));
        return studio.#jobs.submit(await studio.#withDevice(request));
      },
      'jobs.move': ({ id, before }) => this.#jobs.move(id, before).then(() => done),
      'jobs.stop': ({ id }) => this.#jobs.stop(id),
      'jobs.forget': ({ id }) => this.#jobs.forget(id).then(() => done),
      async 'jobs.checks'({ id }) {
        const checks: OutputOf<'jobs.checks'>['checks'] = [];
        await new LineTail(path.join(studio.#jobs.get(id).dir, OUTPUT_FILE)).read((line) => {
          const check = checkLineSchema.safeParse(parseRecord(line)).data;
          if (check !== undefined) checks.push(check);
        });
        return { checks };
      },
      async 'jobs.log'({ id, lines }) {
        const { dir } = studio.#jobs.get(id);
        return { lines: await lastLines(path.join(dir, ERRORS_FILE), lines) };
      },

      async 'runs.list'({ offset, count, ...filter }) {
        const runs = await studio.#runs.list(filter);
        studio.#live?.expectLive(runs);
        return { total: runs.length, items: runs.slice(offset, offset + count) };
      },
      async 'runs.table'({ offset, count, opened = [], ...filter }) {
        const runs = await studio.#runs.list(filter);
        studio.#live?.expectLive(runs);
        const rows = tableRows(runs, opened);
        const items = await Promise.all(
          rows.slice(offset, offset + count).map(async (row) => {
            if (!('run' in row)) return row;
            const [run] = await studio.#runs.withLastSteps([row.run]);
            return { ...row, run: run! };
          }),
        );
        return { total: rows.length, runs: runs.length, tags: studio.#runs.tags(), items };
      },
      'runs.size': async ({ ids }) => ({ bytes: await this.#runs.size(ids) }),
      async 'runs.get'({ id }) {
        const detail = await studio.#runs.detail(id);
        studio.#live?.expectLive([detail]);
        const job = studio.#jobs.ofRun(id);
        const lines = detail.status === 'died' || detail.status === 'failed' ? job?.lastLines : [];
        return {
          ...detail,
          ...(job === undefined ? {} : { job: job.id }),
          ...(lines === undefined || lines.length === 0 ? {} : { lastLines: lines }),
        };
      },
      async 'runs.series'({ id, names, ...range }) {
        const { dir } = await studio.#runs.get(id);
        return (await studio.#histories.get(dir)).series(names, range);
      },
      async 'runs.events'({ id, ...page }) {
        const { dir } = await studio.#runs.get(id);
        return (await studio.#histories.get(dir)).events(page);
      },
      async 'runs.ranks'({ id }) {
        const { dir, record } = await studio.#runs.get(id);
        return defined({ found: (await studio.#histories.get(dir)).ranksOf(record) });
      },
      async 'runs.pictures'({ id }) {
        const { dir } = await studio.#runs.get(id);
        const logged = (await studio.#histories.get(dir)).pictures;
        const evaluations = logged.map((found) => picturesIn(dir, found));
        const views = evaluations.flatMap(({ images }) => images.flatMap((image) => image.views));
        studio.#named.add(views.map(({ file }) => file));
        return { evaluations };
      },
      async 'runs.student'({ id }) {
        const { dir } = await studio.#runs.get(id);
        const { views, ...steps } = await studentOf(dir);
        studio.#named.add(
          (views?.images ?? []).flatMap(({ student, teacher }) => [student, teacher]),
        );
        return { ...steps, ...(views === undefined ? {} : { views }) };
      },
      async 'runs.studentStep'({ id, step }) {
        return readStudentStep((await studio.#runs.get(id)).dir, step);
      },
      async 'runs.control'({ id, command }) {
        const { dir, summary } = await studio.#runs.get(id);
        if (summary.status !== 'running' && summary.status !== 'paused')
          throw new StudioError('run-not-live', `${summary.name} is not being trained now.`, {
            advice: 'It can be resumed from its newest checkpoint.',
          });
        commandRun(await RunFolder.open(dir), command);
        return done;
      },
      async 'runs.edit'({ id, ...change }) {
        const run = await studio.#runs.edit(id, change);
        // A running run is further than its record says; the watcher reports both.
        studio.#live?.expect(id);
        return run;
      },
      'runs.delete': ({ id }) => this.#runs.remove(id),

      async 'runs.learningBand'({ id }) {
        const band = await studio.#runs.learningBand(id);
        return band === undefined ? {} : { band };
      },
      async 'insight.maps'({ id }) {
        const { dir } = await studio.#runs.get(id);
        return studio.#tools.call('maps', { run: dir });
      },
      async 'insight.mapPoints'({ id, ...order }) {
        const { dir } = await studio.#runs.get(id);
        return studio.#tools.call('mapPoints', { ...order, run: dir });
      },
      async 'insight.mapImages'({ id, ...order }) {
        const { dir } = await studio.#runs.get(id);
        const found = await studio.#tools.call('mapImages', { ...order, run: dir });
        studio.#named.add(found.items.map((item) => item.path));
        return found;
      },
      async 'insight.mapClasses'({ id, dataset, ...order }) {
        const { dir } = await studio.#runs.get(id);
        return studio.#datasets.mapClasses(dataset, { ...order, run: dir });
      },
      async 'insight.mapExcluded'({ id, ...order }) {
        const { dir } = await studio.#runs.get(id);
        return studio.#tools.call('mapExcluded', { ...order, run: dir });
      },
      async 'insight.nameOnMap'({ id, set, ...order }) {
        const { dir } = await studio.#runs.get(id);
        return studio.#labels.nameOnMap(set, { ...order, run: dir });
      },
      async 'insight.mapSimilar'({ id, ...order }) {
        const { dir } = await studio.#runs.get(id);
        const found = await studio.#tools.call('mapSimilar', { ...order, run: dir });
        studio.#named.add(found.items.map((item) => item.path));
        return found;
      },
      async 'insight.mapLike'({ id, ...order }, signal) {
        const { dir } = await studio.#runs.get(id);
        const found = await studio.#tools.call('mapLike', { ...order, run: dir }, { signal });
        studio.#named.add([found.image, ...found.neighbours].map((image) => image.path));
        return found;
      },
      async 'insight.lookups'({ id }) {
        const { dir } = await studio.#runs.get(id);
        return studio.#tools.call('lookups', { run: dir });
      },
      async 'insight.lookupImages'({ id, ...order }, signal) {
        const { dir } = await studio.#runs.get(id);
        const found = await studio.#tools.call('lookupImages', { ...order, run: dir }, { signal });
        studio.#named.add(found.items.map((item) => item.path));
        return found;
      },
      async 'insight.lookupWords'({ id, ...order }, signal) {
        const { dir } = await studio.#runs.get(id);
        const found = await studio.#tools.call('lookupWords', { ...order, run: dir }, { signal });
        studio.#named.add(found.items.flatMap(({ examples }) => examples.map((one) => one.path)));
        return found;
      },
      async 'insight.lookupPatch'({ id, ...query }, signal) {
        const { dir } = await studio.#runs.get(id);
        const found = await studio.#tools.call('lookupPatch', { ...query, run: dir }, { signal });
        studio.#named.add([found.query, ...found.neighbours].map((patch) => patch.path));
        return found;
      },

      'models.list': () => listModels(this.#workspace, this.#runs),
      'models.describe': (request, signal) =>
        this.#tools.call('describeModel', { ...request, workspace: this.#workspace }, { signal }),
      'models.task': (request, signal) =>
        this.#tools.call('modelTask', { ...request, workspace: this.#workspace }, { signal }),
      async 'insight.attention'(request, signal) {
        const order = { ...request, workspace: studio.#workspace };
        const found = await studio.#tools.call('attention', order, { signal });
        studio.#named.add(found.images);
        return found;
      },
      async 'evaluations.get'(evaluated) {
        const found = await readEvaluation(await studio.#evaluationOf(evaluated));
        studio.#named.add((found.mistakes ?? []).flatMap(({ path: shown }) => shown ?? []));
        return found;
      },
      async 'evaluations.images'({ job, run, ...order }) {
        const file = path.join(await studio.#evaluationOf({ job, run }), 'predictions.csv');
        const found = await studio.#tools.call('evaluatedImages', { ...order, file });
        studio.#named.add(found.items.map((item) => item.path));
        return found;
      },
      async 'evaluations.mistakes'({ job, run, ...order }) {
        const file = path.join(await studio.#evaluationOf({ job, run }), 'predictions.csv');
        const found = await studio.#tools.call('labelMistakes', { ...order, file });
        studio.#named.add(found.items.map((item) => item.path));
        return found;
      },
      'studies.get': ({ job }) => studyOfJob(this.#jobs.get(job).job),
      async 'reports.build'({ pictures = false, ...of }) {
        const folder = await reportedFolder(of, {
          jobs: (id) => studio.#jobs.get(id).job,
          runs: studio.#runs,
        });
        return studio.#tools.call('report', {
          workspace: studio.#workspace,
          of: folder,
          pictures,
        });
      },
      'results.files': (of) => resultFilesOf(of, { jobs: this.#jobs.list(), runs: this.#runs }),
      async 'evaluations.neighbours'({ job, ...page }) {
        const found = await readNeighbours(await studio.#evaluationOf({ job }), page);
        for (const { path: query, neighbours } of found.queries)
          studio.#named.add([query, ...neighbours.map((neighbour) => neighbour.path)]);
        return found;
      },

      async 'predictions.get'({ job, set, ...order }) {
        const { file, several, leftOut } = await readPredictionJob(studio.#jobs.get(job));
        const labels = set === undefined ? undefined : studio.#labels.fileOf(set);
        const page = await studio.#tools.call('predictions', { ...order, file, several, labels });
        studio.#named.add(page.items.map((item) => item.path));
        return { ...page, several, leftOut };
      },
      async 'predictions.dense'({ job, ...order }) {
        const { folder, leftOut } = await readPredictionJob(studio.#jobs.get(job));
        const page = await studio.#tools.call('densePredictions', { ...order, folder });
        studio.#named.add(page.items.flatMap((item) => [item.path, item.overlay ?? []].flat()));
        return { ...page, leftOut };
      },
      async 'predictions.mask'({ job, ...order }) {
        const { folder } = await readPredictionJob(studio.#jobs.get(job));
        return studio.#tools.call('maskPicture', { ...order, folder });
      },
      async 'predictions.objects'({ job, ...filter }) {
        const { leftOut, objects } = await readPredictionJob(studio.#jobs.get(job));
        const order = { ...filter, file: objects.file, classes: objects.classes };
        const page = await studio.#tools.call('objectPredictions', order);
        studio.#named.add(page.items.map((item) => item.path));
        return { ...page, leftOut };
      },
      async 'predictions.save'({ job, ...filter }) {
        const { objects } = await readPredictionJob(studio.#jobs.get(job));
        const target = savedObjectsPath(path.dirname(objects.file), filter);
        const order = { ...filter, ...objects, target };
        return { path: target, ...(await studio.#tools.call('saveObjects', order)) };
      },
      async 'predictions.label'({ job, set, rows }) {
        const { file, several } = await readPredictionJob(studio.#jobs.get(job));
        return studio.#labels.label(set, { file, several, rows });
      },

      async 'devices.list'() {
        const found = await studio.#tools.call('devices', {});
        for (const precision of PRECISIONS) {
          const chosen = found.chosenFor[precision] ?? found.chosen;
          if (chosen !== undefined) studio.#autoDevice[precision] = chosen.id;
        }
        const disk = await statfs(studio.#workspace).catch(() => undefined);
        studio.#launcher ??= findLauncher();
        const mpi = (await studio.#launcher)?.name;
        return {
          ...found,
          machine: {
            cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
            cores: os.availableParallelism(),
            memoryBytes: os.totalmem(),
            freeDiskBytes: disk === undefined ? 0 : Number(disk.bavail) * Number(disk.bsize),
            ...defined({ mpi }),
          },
        };
      },
    };
  }
}
