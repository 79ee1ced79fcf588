import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { readEvent } from "../../src/lineage/events/read-event";
import { FIXTURES_ARE_THERE, fixtureFiles, readFixture } from "./acceptance/fixture-files";
import { fixtureEvents } from "./support/fixture-events";
import { mutationsOf, samplesOf, type Schema } from "./support/schema-samples";

type Place = "DATASET" | "INPUT" | "OUTPUT" | "JOB" | "RUN";
interface Published extends Schema {
  readonly $id: string;
  readonly $defs: Record<string, Schema>;
}

const here = FIXTURES_ARE_THERE ? describe : describe.skip;

/** What the specification publishes, but that facets need neither `_producer` nor `_schemaURL`, and formats count for nothing. */
function published() {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const core = readFixture<Published>("schema/OpenLineage.json");
  delete (core.$defs.BaseFacet as { required?: unknown }).required;
  const files = fixtureFiles("schema/facets").map((file) => readFixture<Published>(file));
  for (const schema of [core, ...files]) ajv.addSchema(schema);
  const byId = new Map([core, ...files].map((schema) => [schema.$id, schema]));
  const resolve = (ref: string, base: Schema): readonly [Schema, Schema] => {
    const [id, path] = ref.split("#") as [string, string];
    const document = id === "" ? (base as Published) : (byId.get(id) as Published);
    return [document.$defs[path.replace("/$defs/", "")] as Schema, document];
  };
  const validate = (id: string): ValidateFunction => ajv.getSchema(id) as ValidateFunction;
  return { core: validate(core.$id), files, resolve, validate };
}

/** `Ownership` `Dataset` `Facet`, and the member by which facets of the kind are found. */
function kindsOf(file: Published): { name: string; definition: string; place: Place }[] {
  const definitions = Object.keys(file.$defs).filter((name) => name.endsWith("Facet") && name !== "BaseSubsetDatasetFacet");
  return definitions.map((definition) => {
    const [, place = ""] = /(InputDataset|OutputDataset|Dataset|Job|Run)Facet$/.exec(definition) ?? [];
    return { name: Object.keys(file.properties ?? {})[0]!, definition, place: place.replace("InputDataset", "INPUT").replace("OutputDataset", "OUTPUT").toUpperCase() as Place };
  });
}

const dataset = (facets: object, more: object = {}) => ({ namespace: "n", name: "d", facets, ...more });
function eventWith(place: Place, name: string, facet: unknown): unknown {
  const facets = { [name]: facet };
  return {
    eventTime: "2026-03-02T09:00:00Z", producer: "p", schemaURL: "s",
    run: { runId: "r", facets: place === "RUN" ? facets : {} },
    job: { namespace: "n", name: "j", facets: place === "JOB" ? facets : {} },
    inputs: [dataset({}, { inputFacets: place === "INPUT" ? facets : {} })],
    outputs: [dataset(place === "DATASET" ? facets : {}, { outputFacets: place === "OUTPUT" ? facets : {} })],
  };
}

const isWhole = (event: unknown): boolean => {
  const answer = readEvent(structuredClone(event), false);
  return answer.faults === undefined && answer.warnings.length === 0;
};

here("our schemas agree with the published ones", () => {
  test("on every known facet, whole, with each member left out and each of another type", () => {
    const { files, resolve, validate } = published();
    const differing: string[] = [];
    let compared = 0;
    for (const file of files) {
      for (const { name, definition, place } of kindsOf(file)) {
        const isValid = validate(`${file.$id}#/$defs/${definition}`);
        const samples = samplesOf(file.$defs[definition] as Schema, file, resolve);
        expect([definition, samples.some((sample) => isValid(sample))]).toEqual([definition, true]);
        for (const sample of samples) {
          for (const { place: where, value } of [{ place: "", value: sample }, ...mutationsOf(sample)]) {
            // A deleted facet has nothing more to say, so it need not be whole.
            if (where.startsWith("/_deleted") && (value as { _deleted?: unknown })._deleted === true) continue;
            compared += 1;
            const verdict = isValid(value);
            if (isWhole(eventWith(place, name, value)) !== verdict) differing.push(`${definition}${where}: published ${verdict}, ${JSON.stringify(value)}`);
          }
        }
      }
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(2_000);
  });

  test("on the core of every event there is, whole, with each member left out and each of another type", () => {
    const { core } = published();
    const differing: string[] = [];
    for (const { file, event } of fixtureEvents()) {
      for (const { place, value } of [{ place: "", value: event }, ...mutationsOf(withoutFacetContents(event))]) {
        // That a time can be read is more than the published structure asks for.
        if (/^\/eventTime/.test(place) && typeof (value as { eventTime?: unknown }).eventTime === "string") continue;
        const isTaken = readEvent(structuredClone(value), false).faults === undefined;
        const verdict = core(value);
        if (isTaken !== verdict) differing.push(`${file}${place}: published ${verdict}`);
      }
    }
    expect(differing).toEqual([]);
  });
});

/** What stands in known facets is none of the core's business. */
function withoutFacetContents(value: unknown, level = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, 2).map((item) => withoutFacetContents(item, level));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [
    name,
    /^(f|inputF|outputF)acets$/.test(name) && typeof inner === "object" ? { custom: { _producer: "p", _schemaURL: "s", more: 1 } } : withoutFacetContents(inner, level + 1),
  ]));
}
