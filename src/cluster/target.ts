/** What it takes to join a cluster. */
export interface Target {
  /** The scheduler's address. */
  readonly address: string;
  readonly secret: string;
  /** A client is ready when so many workers are there. */
  readonly minWorkers: number;
}
