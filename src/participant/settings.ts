import { datasetKey, ORDER_KINDS, parseSigningKey, type Order, type SigningKey } from "../protocol";
import type { DatasetHandlers, ParticipantDataset } from "./handlers";
import { MemoryOrderStore, type OrderStore } from "./order-store";
import { TrustedKeys, type Trust } from "./trusted-keys";

export interface Clock {
  now(): Date;
}

/** What went wrong; never who it was about. */
export type FailedOrder = Pick<Order, "orderId" | "kind">;

export interface ParticipantOptions<Tx = undefined> {
  /** Key of the service in Cadastre's catalog; orders for any other are refused. */
  readonly service: string;
  /** `whsk_…`, whose `whpk_…` is registered with Cadastre. Two of them while the key is being changed. */
  readonly privateKey: string | readonly string[];
  readonly trust: Trust;
  readonly datasets: readonly ParticipantDataset<Tx>[];
  /** Needed for permits, and for receipts where the order names no callback: Cadastre's public URL. */
  readonly cadastreUrl?: string;
  /** Needed for permits: the service's bearer token. */
  readonly token?: string;
  /** Without it orders are remembered in memory only. */
  readonly store?: OrderStore<Tx>;
  readonly clock?: Clock;
  /** Hears of every order answered with 500. By default a line on stderr without the error's message, which may be personal data. */
  readonly onError?: (error: unknown, order: FailedOrder | undefined) => void;
  /** How often, and from what wait on (doubled each time), a receipt is posted. */
  readonly receipts?: { readonly attempts: number; readonly waitMs: number };
}

export interface Settings<Tx> {
  readonly audience: string;
  readonly signingKeys: readonly SigningKey[];
  readonly trustedKeys: TrustedKeys;
  readonly handlers: ReadonlyMap<string, DatasetHandlers<Tx>>;
  readonly cadastreUrl: string | undefined;
  readonly token: string | undefined;
  readonly store: OrderStore<Tx>;
  readonly clock: Clock;
  readonly onError: (error: unknown, order: FailedOrder | undefined) => void;
  readonly receipts: { readonly attempts: number; readonly waitMs: number };
}

/** Reads the options once; throws on whatever would only show when the first order comes in. */
export function readSettings<Tx>(options: ParticipantOptions<Tx>): Settings<Tx> {
  if (!/^[a-z0-9][a-z0-9._-]{0,127}$/.test(options.service)) throw new Error("service: expected its key in the catalog, such as orders");
  if ("keys" in options.trust && options.trust.keys.length === 0) throw new Error("trust.keys: at least one key of Cadastre is needed");
  const signingKeys = [options.privateKey].flat().map(parseOwnKey);
  if (signingKeys.length === 0) throw new Error("privateKey: at least one is needed, since answers are signed");
  return {
    audience: `service:${options.service}`,
    signingKeys,
    trustedKeys: new TrustedKeys(options.trust),
    handlers: readHandlers(options.datasets),
    cadastreUrl: options.cadastreUrl?.replace(/\/+$/, ""),
    token: options.token,
    // Without a store there is no transaction: Tx is then `undefined` (see createParticipant).
    store: options.store ?? (new MemoryOrderStore() as OrderStore<unknown> as OrderStore<Tx>),
    // eslint-disable-next-line no-restricted-syntax -- the kit runs in the service's process, by whose clock it goes
    clock: options.clock ?? { now: () => new Date() },
    onError: options.onError ?? reportToStderr,
    receipts: options.receipts ?? { attempts: 6, waitMs: 1_000 },
  };
}

function parseOwnKey(text: string): SigningKey {
  const key = parseSigningKey(text);
  // Cadastre knows a shared secret too: what is signed with one proves nothing.
  if (key.scheme !== "v1a") throw new Error("privateKey: expected whsk_…; answers are signed v1a only");
  return key;
}

function readHandlers<Tx>(datasets: readonly ParticipantDataset<Tx>[]): Map<string, DatasetHandlers<Tx>> {
  const all = new Map<string, DatasetHandlers<Tx>>();
  for (const { namespace, name, ...handlers } of datasets) {
    const where = `dataset ${namespace} ${name}`;
    if (all.has(datasetKey({ namespace, name }))) throw new Error(`${where}: named twice`);
    for (const [kind, handler] of Object.entries(handlers)) {
      const known = kind !== "check" && (ORDER_KINDS as readonly string[]).includes(kind);
      if (!known) throw new Error(`${where}: there is no handler called ${kind}`);
      if (handler !== undefined && typeof handler !== "function") throw new Error(`${where}: ${kind} is not a function`);
    }
    all.set(datasetKey({ namespace, name }), handlers);
  }
  return all;
}

function reportToStderr(error: unknown, order: FailedOrder | undefined): void {
  const name = error instanceof Error ? error.name : typeof error;
  const what = order ? `${order.kind} order ${order.orderId}` : "an order";
  process.stderr.write(`cadastre: ${what} failed with ${name}; pass onError to see more\n`);
}
