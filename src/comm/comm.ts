export type Message = { readonly op: string; readonly [field: string]: unknown };
export interface Comm {
  readonly peer: string;
  send(message: Message): void;
  onMessage(receive: (message: Message) => void): void;
  close(): void;
  readonly closed: Promise<Error | undefined>;
  ref(): void;
  unref(): void;
}
export interface Listener { readonly address: string; close(): Promise<void>; ref(): void; unref(): void }
export interface ListenOptions { readonly secret: string; readonly onComm: (comm: Comm) => void; readonly maxFrameBytes?: number; readonly handshakeTimeoutMs?: number }
export declare function listen(address: string, options: ListenOptions): Promise<Listener>;
export declare function connect(address: string, options: { secret: string; timeoutMs?: number }): Promise<Comm>;
