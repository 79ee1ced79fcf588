import type { Order } from "../protocol";
import type { Check } from "./check";
import { type Examiner, Nonconformity, type Tampering } from "./examiner";
import { describeStatus } from "./response-faults";

/** An order that changes nothing, of a kind that the service takes. */
export function harmless(examiner: Examiner, parts: Partial<Order> = {}): Order {
  const kind = (["check", "verify", "discover"] as const).find((each) => examiner.takes(each)) ?? "check";
  return examiner.order(kind, { subject_identities: examiner.newPerson(examiner.datasets), ...parts });
}

function refusal(name: string, sent: string, tampering: Tampering, parts: Partial<Order> = {}): Check {
  return {
    name,
    needs: [],
    examine: async (examiner) => {
      const order = harmless(examiner, parts);
      const response = await examiner.send(order, tampering);
      if (response.status >= 400 && response.status < 500) return;
      throw new Nonconformity(`${order.kind}, ${sent}: expected a refusal with HTTP 401, got ${describeStatus(response)}`);
    },
  };
}

/** Orders that did not come from Cadastre, not now or not for this service. */
export const REFUSAL_CHECKS: readonly Check[] = [
  refusal("an unsigned order is refused", "without the three webhook headers", { unsigned: true }),
  refusal("a forged signature is refused", "signed with a key that is not Cadastre's", { forged: true }),
  refusal("an order that was altered on its way is refused", "with a body that is not the signed one", { altered: { reason: "altered" } }),
  refusal("an old timestamp is refused", "signed ten minutes ago", { ageSeconds: 600 }),
  refusal("a timestamp from the future is refused", "signed ten minutes ahead", { ageSeconds: -600 }),
  refusal("an order for another audience is refused", "with another service as its audience", {}, { audience: "service:another-service-than-this" }),
];
