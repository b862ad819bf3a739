/** A resource that is to be written, as far as the order of writing looks at it. */
export interface Planned {
  /** `Type/id` at its source. */
  readonly name: string;
  /** Names of what it refers to; those that nobody has are left to the caller. */
  readonly targets: readonly string[];
  /** Length of its JSON. */
  readonly bytes: number;
}

/** At most this much is written at once, unless resources that refer to each other in a circle are more. */
export interface MostAtOnce {
  readonly resources: number;
  readonly bytes: number;
}

/**
 * Groups of resources, each of which refers to itself and to earlier groups alone: so each can be written as one transaction, and what was written before tells the rest its ids. The same resources give the same
 * groups. Linear in the number of resources and references (Tarjan's algorithm: Depth-first search and linear graph algorithms, 1972), without recursion.
 *
 * @param resources each name once.
 */
export function planTransactions<T extends Planned>(
  resources: readonly T[],
  most: MostAtOnce,
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let bytes = 0;
  for (const circle of circlesOf(resources)) {
    const size = circle.reduce((sum, one) => sum + one.bytes, 0);
    const last = groups.at(-1);
    if (last !== undefined && last.length + circle.length <= most.resources && bytes + size <= most.bytes) {
      last.push(...circle);
      bytes += size;
    } else {
      groups.push([...circle]);
      bytes = size;
    }
  }
  return groups;
}

interface Visit<T> {
  readonly resource: T;
  readonly order: number;
  /** The earliest one on the stack that this one reaches. */
  low: number;
  onStack: boolean;
  /** Place of the next reference to follow. */
  next: number;
  readonly parent: Visit<T> | null;
}

/** Resources that refer to each other in a circle stand together; what they refer to stands before them. */
function circlesOf<T extends Planned>(resources: readonly T[]): readonly (readonly T[])[] {
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  const visits = new Map<string, Visit<T>>();
  const stack: Visit<T>[] = [];
  const circles: (readonly T[])[] = [];
  const enter = (resource: T, parent: Visit<T> | null): Visit<T> => {
    const visit = { resource, order: visits.size, low: visits.size, onStack: true, next: 0, parent };
    visits.set(resource.name, visit);
    stack.push(visit);
    return visit;
  };
  for (const root of resources) {
    let at: Visit<T> | null = visits.has(root.name) ? null : enter(root, null);
    while (at !== null) {
      const name: string | undefined = at.resource.targets[at.next];
      if (name === undefined) {
        if (at.low === at.order) circles.push(leave(stack, at));
        if (at.parent !== null) at.parent.low = Math.min(at.parent.low, at.low);
        at = at.parent;
        continue;
      }
      at.next++;
      const target = byName.get(name);
      if (target === undefined) continue;
      const known: Visit<T> | undefined = visits.get(name);
      if (known === undefined) at = enter(target, at);
      else if (known.onStack) at.low = Math.min(at.low, known.order);
    }
  }
  return circles;
}

function leave<T>(stack: Visit<T>[], first: Visit<T>): readonly T[] {
  const circle = stack.splice(stack.lastIndexOf(first));
  for (const visit of circle) visit.onStack = false;
  return circle.map(({ resource }) => resource);
}
