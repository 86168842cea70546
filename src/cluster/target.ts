/** What it takes to join a cluster. */
export interface Target {
  /** The scheduler's address. */
  readonly address: string;
  readonly secret: string;
}
