/** The parts that the steps of a training loop share. */
import type { WarningCode } from '../../contract/warning-codes.ts';
import type { RunSession } from '../../runs/run-session.ts';
import { BatchFeed } from './batch-feed.ts';
import { BestKeeper } from './best.ts';
import { CheckpointKeeper } from './checkpoint-keeper.ts';
import { DiskFullPause } from './disk-full-pause.ts';
import { LearningReporter } from './learning-reporter.ts';
import { MachineWatch } from './machine-watch.ts';
import { Orders } from './orders.ts';
import { Progress } from './progress.ts';
import { SpeedWatch } from './speed-watch.ts';
import { StepReporter } from './step-reporter.ts';
import { LIMITS, type Limits, type TrainingOptions } from './training-options.ts';

export class LoopParts<Batch> {
  readonly options: TrainingOptions<Batch>;
  readonly session: RunSession;
  readonly limits: Limits;
  readonly progress: Progress;
  readonly feed: BatchFeed<Batch>;
  readonly orders: Orders;
  readonly keeper: CheckpointKeeper;
  readonly best: BestKeeper;
  readonly reporter: StepReporter;
  readonly machine: MachineWatch | undefined;
  readonly speeds: SpeedWatch | undefined;
  readonly learning: LearningReporter | undefined;
  readonly #pause: DiskFullPause;

  constructor(options: TrainingOptions<Batch>) {
    const { session, start, totalSteps, machine, takeSpeeds, learning } = options;
    this.options = options;
    this.session = session;
    this.limits = { ...LIMITS, ...options.limits };
    this.progress = new Progress(start);
    this.feed = new BatchFeed(options.openLoader);
    this.reporter = new StepReporter(session, options);
    this.machine = machine && new MachineWatch(session, machine);
    this.speeds = takeSpeeds && new SpeedWatch(session, takeSpeeds);
    const retry = (write: () => Promise<void>) => this.retry(write);
    this.learning = learning && new LearningReporter(session, learning, totalSteps, retry);
    this.best = new BestKeeper(options.evaluation, totalSteps);
    this.best.restore(start);
    this.orders = new Orders(session, options.interruptSource ?? process, options);
    this.#pause = new DiskFullPause(session, this.orders, this.limits);
    const { keepLast, keepEvery, versions = {} } = options;
    this.keeper = new CheckpointKeeper(session, this.#pause, { keepLast, keepEvery, versions });
  }

  /** Write, and again once there is room where the disk is full. */
  retry<T>(write: () => Promise<T>): Promise<T> {
    return this.#pause.retry(this.progress.step, write);
  }

  /** Warn of the step that training stands at. */
  warn(code: WarningCode, message: string, advice?: string): Promise<void> {
    return this.session.warn(this.progress.step, code, message, advice);
  }
}
