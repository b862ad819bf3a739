/** A node or a client from its start to its end; what a process that ended was waiting for never comes. */
export class Process {
  readonly name: string;
  /** Its awaits on native code are places where the scheduler may hold it. */
  readonly node: boolean;
  alive = true;

  constructor(name: string, node: boolean) {
    this.name = name;
    this.node = node;
  }
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}
