import { having, listOf, TEXT } from "./facet-schema-parts";

/** Of datasets and of jobs. */
export const OWNERSHIP = having({ owners: listOf(having({ name: TEXT, type: TEXT }, ["name"])) });

/** Of datasets, jobs and runs. */
export const tagsWith = (more: Parameters<typeof having>[0]): ReturnType<typeof having> =>
  having({ tags: listOf(having({ key: TEXT, value: TEXT, source: TEXT, ...more }, ["key", "value"])) });
