export { Client, type ClientOptions, SchedulerLostError } from './client/client.js';
export { Future, type FutureStatus, TaskError } from './client/future.js';
export { type InitializeOptions, initialize } from './cluster/initialize.js';
export { LocalCluster, type LocalClusterOptions } from './cluster/local-cluster.js';
export type { SchedulerInfo, WorkerInfo } from './cluster/scheduler-server.js';
export { type Graph, GraphBuilder } from './graph/graph.js';
export type { Layer } from './graph/layer.js';
export type { Key, Op, OpRef, Task } from './graph/task.js';
export { InputError, SheafError } from './util/errors.js';
