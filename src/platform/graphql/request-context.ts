import type DataLoader from "dataloader";
import type { Caller, Deps } from "../deps";

/** Makes one loader for one request; the function itself is the key under which the request remembers its loader. */
export type LoaderFactory<Key, Value> = (context: RequestContext) => DataLoader<Key, Value>;

/** What resolvers may know of the request that they serve. */
export class RequestContext {
  private readonly loaders = new Map<unknown, unknown>();

  constructor(
    readonly deps: Deps,
    readonly caller: Caller,
    readonly requestId: string,
  ) {}

  /** The request's one loader of this kind. */
  loader<Key, Value>(factory: LoaderFactory<Key, Value>): DataLoader<Key, Value> {
    const known = this.loaders.get(factory);
    if (known !== undefined) return known as DataLoader<Key, Value>;
    const made = factory(this);
    this.loaders.set(factory, made);
    return made;
  }
}
