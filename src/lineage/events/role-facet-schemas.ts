import { QUALITY_ASSERTIONS, QUALITY_METRICS } from "./dataset-facet-schemas";
import { ANY_OBJECT, having, listOf, TEXT, WHOLE } from "./facet-schema-parts";

const STATISTICS = having({ rowCount: WHOLE, size: WHOLE, fileCount: WHOLE });

const ofType = (type: string): object => ({ type: "object", properties: { type: { const: type } }, required: ["type"] });
/** The first branch whose `type` it is; what is of no such type is broken. */
const oneOfTypes = (types: Readonly<Record<string, object>>): object =>
  Object.entries(types).reduceRight<object>(
    (others, [type, schema]) => ({ if: ofType(type), then: schema, else: others }),
    having({ type: { type: "string", enum: Object.keys(types) } }, ["type"]),
  );

const COMPARED = oneOfTypes({ field: having({ field: TEXT }, ["field"]), literal: having({ value: TEXT }, ["value"]) });
const CONDITION = { $ref: "#/$defs/condition" };
const SUBSET_CONDITION = oneOfTypes({
  location: having({ locations: listOf(TEXT) }, ["locations"]),
  partition: having({ partitions: listOf(having({ identifier: TEXT, dimensions: ANY_OBJECT }, ["dimensions"])) }, ["partitions"]),
  binary: having({ left: CONDITION, right: CONDITION, operator: TEXT }, ["left", "right", "operator"]),
  compare: having({ left: COMPARED as typeof ANY_OBJECT, right: COMPARED as typeof ANY_OBJECT, comparison: TEXT }, ["left", "right", "comparison"]),
});
const subsetBy = (member: string): object => having({ [member]: CONDITION }, [member], { $defs: { condition: SUBSET_CONDITION } });

/** Of a dataset as something that was read. */
export const INPUT_FACETS = {
  dataQualityMetrics: QUALITY_METRICS,
  dataQualityAssertions: QUALITY_ASSERTIONS,
  inputStatistics: STATISTICS,
  subset: subsetBy("inputCondition"),
};

/** Of a dataset as something that was written. */
export const OUTPUT_FACETS = {
  outputStatistics: STATISTICS,
  subset: subsetBy("outputCondition"),
};
