const DATASETS = 500;
const PERSONS = 50_000;
const PURPOSES = ["support", "billing", "fraud-prevention", "marketing", "analytics"];

/** What tells an event's entry in the log. */
export const sourceOf = (number: number): string => `event-${number}`;

/** The line of a reported access, by a number that no other has. */
export const accessLine = (number: number, at: Date): string =>
  JSON.stringify({
    eventId: `e-${number}`,
    at: at.toISOString(),
    actor: `agent-${number % 300}`,
    dataset: `dataset:postgres%3A%2F%2Fwarehouse%3A5432:shop.public.t_${number % DATASETS}`,
    fields: ["email", "name", "street"],
    identifier: { type: "email", value: `person-${(number * 7919) % PERSONS}@example.org` },
    purpose: PURPOSES[number % PURPOSES.length],
    basis: "contract",
    allowed: number % 200 !== 0,
    source: sourceOf(number),
  });
