/** `Other` in the enumerations of OCSF; its name says what it is. */
export const OTHER = 99;

const NAMES = ["Create", "Read", "Update", "Delete"] as const;

/** What an operation's first word does to its object; those that are none of these four are `Other`, under their own name. */
const BY_VERB: Readonly<Record<string, (typeof NAMES)[number]>> = {
  register: "Create", create: "Create", submit: "Create", propose: "Create", record: "Create", declare: "Create", add: "Create", import: "Create", place: "Create", issue: "Create", assign: "Create",
  read: "Read", export: "Read", check: "Read", is: "Read", preview: "Read", audit: "Read", access: "Read",
  classify: "Update", revise: "Update", correct: "Update", rename: "Update", merge: "Update", undo: "Update", rotate: "Update", extend: "Update", decide: "Update", complete: "Update", retry: "Update",
  approve: "Update", confirm: "Update", accept: "Update", decline: "Update", reject: "Update",
  revoke: "Delete", retire: "Delete", end: "Delete", withdraw: "Delete", cancel: "Delete", release: "Delete", drop: "Delete", dispose: "Delete",
};

/** The activity of API Activity (6003) that an operation in kebab case is. */
export function apiActivityOf(operation: string): { readonly activity_id: number; readonly activity_name: string } {
  const verb = operation.split("-")[0] as string;
  const name = Object.hasOwn(BY_VERB, verb) ? BY_VERB[verb] : undefined;
  return name === undefined ? { activity_id: OTHER, activity_name: operation } : { activity_id: NAMES.indexOf(name) + 1, activity_name: name };
}
