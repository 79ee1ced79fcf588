import type { AnswerOutcome, AnswerPart, DatasetName, Identity, Order, OrderKind } from "../protocol";
import type { Accepted, Discovery } from "./outcomes";

/** What a handler is told: one order, one of its datasets. */
export interface OrderContext<Tx = unknown> {
  readonly order: Order;
  readonly dataset: DatasetName;
  /** Count what would be done and change nothing. */
  readonly dryRun: boolean;
  /** What the order store opened: with a database, the transaction in which the answer is kept. */
  readonly tx: Tx;
  /**
   * The person's identifiers of the types by which this dataset is looked up, each a list.
   * Throws if the order carries none of them, or one only as a digest: a look-up by nothing must not pass for absence.
   */
  identifiers<Type extends string>(...types: Type[]): Record<Type, string[]>;
}

/** One part, several parts, or "later". What is none of these (nothing at all, above all) fails the attempt. */
export type Reply<Kind extends OrderKind = OrderKind> =
  | AnswerPart<AnswerOutcome<Kind>>
  | readonly AnswerPart<AnswerOutcome<Kind>>[]
  | (Kind extends "discover" ? Discovery : never)
  | Accepted;

/** Throwing means "try again": the whole order is answered 500 and comes back. Must be safe to repeat. */
export type Handler<Kind extends OrderKind, Tx = unknown> = (context: OrderContext<Tx>) => Reply<Kind> | Promise<Reply<Kind>>;

/** What a service does with one dataset, by kind of order. `check` is answered by the kit itself. */
export type DatasetHandlers<Tx = unknown> = { readonly [Kind in Exclude<OrderKind, "check">]?: Handler<Kind, Tx> };

export type ParticipantDataset<Tx = unknown> = DatasetName & DatasetHandlers<Tx>;

export function contextOf<Tx>(order: Order, dataset: DatasetName, tx: Tx): OrderContext<Tx> {
  return {
    order, dataset, tx, dryRun: order.dryRun,
    identifiers: (...types) => identifiersOf(order.subject_identities, types),
  };
}

function identifiersOf<Type extends string>(identities: readonly Identity[], types: readonly Type[]): Record<Type, string[]> {
  const asked = identities.filter(({ identity_type }) => (types as readonly string[]).includes(identity_type));
  if (asked.length === 0) throw new Error(`The order carries no identifier of type ${types.join(" or ")}`);
  if (asked.some(({ identity_format }) => identity_format !== "raw")) {
    throw new Error("The order carries digests of identifiers: look them up through order.subject_identities");
  }
  const valuesOf = (type: Type): string[] => asked.filter((each) => each.identity_type === type).map((each) => each.identity_value);
  return Object.fromEntries(types.map((type) => [type, valuesOf(type)])) as Record<Type, string[]>;
}
