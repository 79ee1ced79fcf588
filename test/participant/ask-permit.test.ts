import { Office, ORDERS } from "./office";

const office = new Office();
afterAll(() => office.close());

async function participantAsking(status: number, body: string) {
  const asked: unknown[] = [];
  const url = await office.listen((request, response) => {
    asked.push([request.method, request.url, request.headers.authorization]);
    response.writeHead(status, { location: "/elsewhere" }).end(body);
  });
  const { participant } = await office.serve([ORDERS], { cadastreUrl: url, token: "cad_secret" });
  return { participant, asked };
}

it("a permit is asked for with the service's token", async () => {
  const { participant, asked } = await participantAsking(200, '{"permit":"p-1"}');
  expect(await participant.permit("order-1")).toEqual({ permitted: true, permit: "p-1" });
  expect(asked).toEqual([["GET", "/orders/order-1/permit", "Bearer cad_secret"]]);
});

it("409 is a no, with the reason if there is one", async () => {
  expect(await (await participantAsking(409, '{"code":"CONFLICT","reason":"RECALLED"}')).participant.permit("order-1")).toEqual({ permitted: false, reason: "RECALLED" });
  expect(await (await participantAsking(409, "")).participant.permit("order-1")).toEqual({ permitted: false });
});

it.each([
  [200, ""], [200, "{}"], [200, "null"], [200, '{"permit":""}'], [200, '{"permit":true}'], [204, ""], [302, ""], [401, '{"permit":"p-1"}'], [404, ""], [500, ""],
])("an answer of %d %s is no permit", async (status, body) => {
  await expect((await participantAsking(status, body)).participant.permit("order-1")).rejects.toThrow();
});

it("who knows neither Cadastre's URL nor a token gets no permit", async () => {
  const { participant } = await office.serve([ORDERS]);
  await expect(participant.permit("order-1")).rejects.toThrow("cadastreUrl and token");
});
