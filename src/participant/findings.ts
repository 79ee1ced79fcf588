import { checkAnswer, type Answer, type AnswerPart, type AskedOrder, type DatasetName, type FoundIdentity } from "../protocol";
import type { Reply } from "./handlers";
import type { Findings } from "./order-store";
import type { Accepted, Discovery } from "./outcomes";

/** A dataset's final word. */
export interface DatasetReply extends DatasetName {
  readonly reply: Exclude<Reply, Accepted>;
}

// What handlers return is not believed to be what their types say: they may be JavaScript.
export const isAccepted = (reply: Reply): reply is Accepted =>
  typeof reply === "object" && reply !== null && "accepted" in reply && reply.accepted === true;

export function collect(replies: readonly DatasetReply[], earlier: Findings = { results: [], identities: [] }): Findings {
  const identities = [...earlier.identities, ...replies.flatMap(({ reply }) => (isDiscovery(reply) ? reply.identities : []))];
  return {
    results: [...earlier.results, ...replies.map(({ namespace, name, reply }) => ({ namespace, name, parts: partsOf(reply) }))],
    identities: [...new Map(identities.map((identity) => [identityKey(identity), identity])).values()],
  };
}

/**
 * The answer that these findings make, as it will be sent. Throws unless it is one that Cadastre would take:
 * a handler that returned nothing, an outcome of another kind or half a result must not leave the house as an answer.
 */
export function answerFrom(order: AskedOrder, { results, identities }: Findings, observedAt: Date): Answer {
  const { orderId, kind, dryRun } = order;
  const told = identities.length > 0 ? { identities } : {};
  const answer: Answer = { orderId, kind, dryRun, observedAt: observedAt.toISOString(), results, ...told };
  const checked = checkAnswer(order, JSON.stringify(answer));
  if (checked.fault) throw new Error(`The handlers' results make no answer: ${checked.fault}, ${checked.detail}`);
  return checked.answer;
}

function partsOf(reply: DatasetReply["reply"]): readonly AnswerPart[] {
  if (typeof reply !== "object" || reply === null) throw new Error("A handler returned no outcome");
  if (isDiscovery(reply)) return reply.parts;
  return "outcome" in reply ? [reply] : reply;
}

const isDiscovery = (reply: DatasetReply["reply"]): reply is Discovery =>
  typeof reply === "object" && reply !== null && "parts" in reply;

const identityKey = ({ identity_type, identity_value }: FoundIdentity): string => JSON.stringify([identity_type, identity_value]);
