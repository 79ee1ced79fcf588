import type { Deps } from "../../platform/deps";
import { refuse } from "../../platform/http/refusals";
import { json, type Route } from "../../platform/http/route";
import { MAX_ANSWER_BYTES } from "../../protocol";
import { type OrderOwner, ownersByName } from "../order-owner";
import { recordReceipt } from "../use-cases/record-receipt";
import { takePermit } from "../use-cases/take-permit";

/** What services may ask of us: to take their receipts, to permit a destruction, and to say by which keys we sign. */
export function dispatchRoutes(deps: Deps, owners: readonly OrderOwner[]): Route[] {
  return [receiptRoute(deps, owners), permitRoute(deps), keysRoute(deps)];
}

/** Needs no bearer token: a receipt proves itself by the service's signature. Recorded or repeated, it is answered 200. */
function receiptRoute(deps: Deps, owners: readonly OrderOwner[]): Route {
  const byName = ownersByName(owners);
  return {
    method: "POST",
    path: "/orders/:id/receipt",
    access: "public",
    bodyLimit: MAX_ANSWER_BYTES,
    handle: async ({ params, headers, body }) => {
      const status = await recordReceipt(deps, byName, { orderId: params.id as string, headers, body });
      return json(200, { orderId: params.id, status });
    },
  };
}

/** 200 `{permit}` once; 409 with the reason where there is none. */
const permitRoute = (deps: Deps): Route => ({
  method: "GET",
  path: "/orders/:id/permit",
  access: "dispatch:take-permit",
  refuse: (refusal, id) => (refusal.code === "CONFLICT" ? json(409, { code: refusal.code, id, reason: refusal.message }) : refuse(refusal, id)),
  handle: async ({ params, caller }) =>
    json(200, await takePermit(deps, { orderId: params.id as string, service: caller?.service, actor: caller?.principal as string })),
});

/** `{keys: [{id, key: "whpk_…", from, to}]}`; those that sign certificates carry `use: "certificate"`. */
const keysRoute = (deps: Deps): Route => ({
  method: "GET",
  path: "/orders/keys",
  access: "public",
  handle: async () => {
    const publish = ({ id, publicKey: key, from, to }: (typeof deps.keyring.orderKeys)[number]) => ({ id, key, from, to });
    const certificateKeys = deps.keyring.certificateKeys.map((key) => ({ ...publish(key), use: "certificate" }));
    return json(200, { keys: [...deps.keyring.orderKeys.map(publish), ...certificateKeys] });
  },
});
