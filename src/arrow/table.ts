import type { Table } from 'apache-arrow';

export type { Table } from 'apache-arrow';
export type ColumnLike = readonly (number | null)[] | readonly (string | null)[] | readonly (boolean | null)[];

/** Stand-in. */
export async function toTable(columns: Readonly<Record<string, ColumnLike>>): Promise<Table> {
  const arrow = await import('apache-arrow');
  const vectors = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, arrow.vectorFromArray(column as readonly number[])]),
  );
  return new arrow.Table(vectors);
}
