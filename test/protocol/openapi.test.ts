import Ajv2020 from "ajv/dist/2020";
import { ORDER_KINDS, participantOpenApi } from "../../src/protocol";

const document = JSON.parse(JSON.stringify(participantOpenApi())) as {
  openapi: string;
  webhooks: Record<string, unknown>;
  paths: Record<string, unknown>;
  components: { schemas: Record<string, object> };
};

it("describes the order webhook and every path that a service may call", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(Object.keys(document.webhooks)).toEqual(["order"]);
  expect(Object.keys(document.paths)).toEqual(["/orders/{id}/receipt", "/orders/{id}/permit", "/orders/keys"]);
});

it("every reference leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
  expect(references.length).toBeGreaterThan(0);
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(references));
});

it("every schema is valid JSON Schema 2020-12", () => {
  const ajv = new Ajv2020({ strict: false, formats: { date: true, "date-time": true } });
  for (const schema of Object.values(document.components.schemas)) expect(ajv.validateSchema(schema)).toBe(true);
});

it("a reader of the document alone learns which outcomes each kind takes", () => {
  const answer = JSON.stringify(document.components.schemas.Answer);
  for (const kind of ORDER_KINDS) expect(answer).toContain(`{"const":"${kind}"}`);
});
