/** Strongly connected components (Tarjan 1972): the number of each vertex's component. */
export function componentsOf(count: number, successorsOf: (vertex: number) => readonly number[]): Int32Array {
  const component = new Int32Array(count).fill(-1);
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const stack: number[] = [];
  let visited = 0;
  let components = 0;
  const visit = (vertex: number): void => {
    order[vertex] = low[vertex] = visited++;
    stack.push(vertex);
    for (const next of successorsOf(vertex)) {
      if (order[next]! < 0) {
        visit(next);
        low[vertex] = Math.min(low[vertex]!, low[next]!);
      } else if (component[next]! < 0) low[vertex] = Math.min(low[vertex]!, order[next]!);
    }
    if (low[vertex] !== order[vertex]) return;
    let member: number;
    do component[(member = stack.pop()!)] = components;
    while (member !== vertex);
    components++;
  };
  for (let vertex = 0; vertex < count; vertex++) if (order[vertex]! < 0) visit(vertex);
  return component;
}
