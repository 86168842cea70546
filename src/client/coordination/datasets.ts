/** Published datasets, as methods of clients. */
import { InputError } from '../../util/errors.js';
import { checkOptionNames } from '../../util/options.js';
import { call, type Requester } from '../requester.js';
import { checkName } from './checks.js';
import { copyOf, receive, send } from './content.js';

export interface PublishOptions {
  /** Whether it may take the place of another one of that name. */
  readonly override?: boolean;
}

export async function publishDataset(
  client: Requester,
  name: string,
  value: unknown,
  options: PublishOptions = {},
): Promise<void> {
  checkName('dataset', name);
  checkOptionNames('publishDataset', options, ['override']);
  const { override = false } = options;
  await send(client, value, (content) => call(client, 'dataset.publish', { name, content, override }));
}

export async function getDataset(client: Requester, name: string): Promise<unknown> {
  checkName('dataset', name);
  const delivery = await call(client, 'dataset.get', { name });
  if (delivery) return receive(client, { ...delivery, data: copyOf(delivery.data) });
  const names = (await listDatasets(client)).join(', ') || 'none';
  throw new InputError(`there is no dataset ${name}; published are: ${names}`);
}

export async function listDatasets(client: Requester): Promise<string[]> {
  return [...(await call(client, 'dataset.list', {}))];
}

export async function unpublishDataset(client: Requester, name: string): Promise<void> {
  checkName('dataset', name);
  await call(client, 'dataset.unpublish', { name });
}
