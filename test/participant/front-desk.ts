import { text } from "node:stream/consumers";
import type { ExaminationDoors } from "../../src/participant";
import type { Answer, Order } from "../../src/protocol";
import type { Office } from "./office";

/** Cadastre's doors in a test, behind real HTTP: takes receipts, and gives permits or refuses them. */
export interface FrontDesk extends ExaminationDoors {
  readonly url: string;
  /** Ids of the orders for which a permit was asked. */
  readonly asked: string[];
}

export async function openFrontDesk(office: Office): Promise<FrontDesk> {
  const permitted = new Map<string, boolean>();
  const receipts = new Map<string, Answer>();
  const asked: string[] = [];
  const listening = await office.listen((request, response) => {
    const [, , orderId = "", door] = (request.url ?? "").split("/");
    const serve = async (): Promise<void> => {
      if (door === "receipt") receipts.set(orderId, JSON.parse(await text(request)) as Answer);
      if (door === "permit") asked.push(orderId);
      const refused = door === "permit" && !permitted.get(orderId);
      response.writeHead(refused ? 409 : 200).end(JSON.stringify(refused ? { code: "CONFLICT" } : { permit: "yes" }));
    };
    void serve();
  });
  const url = listening.replace(/\/$/, "");
  return {
    url,
    asked,
    receiptUrl: (orderId) => `${url}/orders/${orderId}/receipt`,
    open: async ({ orderId }: Order, isPermitted) => void permitted.set(orderId, isPermitted),
    receiptOf: async (orderId) => receipts.get(orderId),
    wasPermitAsked: async (orderId) => asked.includes(orderId),
  };
}
