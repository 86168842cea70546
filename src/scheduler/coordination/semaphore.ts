/** Semaphores: leases, as many as whoever named it first has said; others must mean the same number. */
import { acquire, departures, type Leases, noLeases, release } from './leases.js';
import { answer, type Effects, type MethodOf, type Primitive, type Request, refuse } from './protocol.js';

export const semaphore: Primitive<'semaphore', Leases> = {
  lives: 'by-name',
  create: (name, { maxLeases }: { readonly maxLeases: number }) => noLeases(`semaphore ${name}`, maxLeases),
  methods: {
    'semaphore.acquire': agreed<'semaphore.acquire'>(acquire),
    'semaphore.release': agreed<'semaphore.release'>(release),
    'semaphore.getValue': agreed(({ out }, request, effects) => answer(effects, request, out.size)),
  },
  ...departures,
};

type Handler<M extends MethodOf<'semaphore'>> = (leases: Leases, request: Request<M>, effects: Effects) => void;

function agreed<M extends MethodOf<'semaphore'>>(handle: Handler<M>): Handler<M> {
  return (leases, request, effects) => {
    const { what, maxLeases } = leases;
    const wanted = request.args.maxLeases;
    if (wanted === maxLeases) handle(leases, request, effects);
    else refuse(effects, request, 'InputError', `${what} has maxLeases ${maxLeases} already: asked for ${wanted}`);
  };
}
