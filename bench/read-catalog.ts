import { assignOwnership } from "../src/catalog/use-cases/assign-ownership";
import { registerDataset } from "../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../src/catalog/use-cases/register-entity";
import { registerService } from "../src/catalog/use-cases/register-service";
import type { Deps } from "../src/platform/deps";

const SERVICES = 12;
const ENTITIES = 110;
const FIELDS = 10;
const CATEGORIES = [["user.contact.email"], ["user.name"], [], null, ["user.contact.address.street", "user.location"]];

/** A company's catalog: 110 entities, each with a system of record and two or three datasets of ten fields. */
export async function seedCatalog(deps: Deps): Promise<void> {
  const actor = "bench";
  for (let at = 0; at < SERVICES; at += 1) {
    await registerService(deps, { actor, key: `service-${at}`, name: `Service number ${at}`, team: `team-${at % 5}` });
  }
  const fields = Array.from({ length: FIELDS }, (_, at) => ({ name: `column_${at}`, type: "text", categories: CATEGORIES[at % CATEGORIES.length] }));
  for (let at = 0; at < ENTITIES; at += 1) {
    const entity = `entity-${String(at).padStart(3, "0")}`;
    const service = `service-${at % SERVICES}`;
    await registerEntity(deps, { actor, key: entity, name: `Entity number ${at}`, domain: `domain-${at % 7}` });
    await assignOwnership(deps, { actor, entity, service, role: "SYSTEM_OF_RECORD" });
    for (let table = 0; table < 2 + (at % 2); table += 1) {
      await registerDataset(deps, { actor, namespace: `postgres://${service}:5432`, name: `public.${entity}_${table}`, service, entities: [entity], fields });
    }
  }
}
