/** Estimates of runs. A newer request ends an earlier one, since a device measures one at a time. */
import type { EstimateRequest, ToolOutput, ToolPort } from '../contract/tools.ts';

export class Estimates {
  readonly #tools: ToolPort;
  readonly #workspace: string;
  #current: AbortController | undefined;

  constructor(tools: ToolPort, workspace: string) {
    this.#tools = tools;
    this.#workspace = workspace;
  }

  /** @throws StudioError as training would, `cancelled` when a newer one was requested */
  async measure(
    prepare: () => Promise<EstimateRequest['request']>,
  ): Promise<ToolOutput<'estimate'>> {
    this.close();
    const estimate = new AbortController();
    this.#current = estimate;
    const order = { workspace: this.#workspace, request: await prepare() };
    return this.#tools.call('estimate', order, { signal: estimate.signal });
  }

  /** End the estimate that is being measured. */
  close(): void {
    this.#current?.abort();
  }
}
