import type { SourceFile } from "../src/catalog/descriptors/places";

export interface RegisterSize {
  readonly services: number;
  readonly entities: number;
  readonly datasets: number;
}

export const FIELDS_EACH = 10;
const DATASETS_IN_A_FILE = 20_000;
const CATEGORIES = ["[user.contact.email]", "[user.name]", "[]", "null", "[user.contact.address.street, user.location]"];

/**
 * The descriptors of a large company: each entity has a system of record (one of fifty has none), a writer and a reader, and one of forty a
 * second writer; every dataset has ten fields, a service and an entity.
 */
export function registerBundle({ services, entities, datasets }: RegisterSize): SourceFile[] {
  const files: SourceFile[] = [
    { path: "services.yaml", text: listOf("services", services, (at) => `{ key: s-${at}, name: Service ${at}, team: team-${at % 200} }`) },
    { path: "entities.yaml", text: listOf("entities", entities, (at) => `{ key: e-${at}, name: Entity ${at}, domain: domain-${at % 40} }`) },
    {
      path: "assignments.yaml",
      text: `assignments:\n${Array.from({ length: entities }, (_, at) => rolesOf(at, services).map(([role, service]) => `- { entity: e-${at}, service: s-${service}, role: ${role} }\n`).join("")).join("")}`,
    },
  ];
  for (let start = 0; start < datasets; start += DATASETS_IN_A_FILE) {
    const count = Math.min(DATASETS_IN_A_FILE, datasets - start);
    files.push({ path: `datasets-${start}.yaml`, text: listOf("datasets", count, (at) => datasetText(start + at, services, entities)) });
  }
  return files;
}

const listOf = (member: string, count: number, item: (at: number) => string): string =>
  `${member}:\n${Array.from({ length: count }, (_, at) => `- ${item(at)}\n`).join("")}`;

function rolesOf(entity: number, services: number): [role: string, service: number][] {
  const roles: [string, number][] = [["WRITER", (entity + 1) % services], ["READER", (entity + 2) % services]];
  if (entity % 50 !== 0) roles.unshift(["SYSTEM_OF_RECORD", entity % services]);
  if (entity % 40 === 0) roles.push(["WRITER", (entity + 3) % services]);
  return roles;
}

function datasetText(at: number, services: number, entities: number): string {
  const fields = Array.from({ length: FIELDS_EACH }, (_, field) => `{ name: column_${field}, type: text, categories: ${CATEGORIES[(at + field) % CATEGORIES.length]} }`);
  return `{ namespace: "postgres://db-${at % services}:5432", name: shop.public.t_${at}, service: s-${at % services}, entities: [e-${at % entities}], fields: [${fields.join(", ")}] }`;
}
