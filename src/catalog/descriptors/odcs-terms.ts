import type { Json, Properties } from "../model";
import { withoutAddresses } from "./impersonal";
import { restOf } from "./odcs-custom";
import type { YamlNode } from "./yaml-document";
import { json, memberOf, textOf } from "./yaml-shape";

/**
 * What a contract says of all its objects, under the standard's names. People are left out: of a team its name and the roles in it are kept,
 * and not who approves access.
 */
export function termsOf(contract: YamlNode): Properties {
  const [team, roles, servers] = [memberOf(contract, "team"), memberOf(contract, "roles"), memberOf(contract, "servers")];
  return {
    ...restOf(contract, ["kind", "schema", "team", "roles", "servers", "slaProperties"]),
    ...(team ? { team: teamOf(team) } : {}),
    ...(roles ? { roles: rolesOf(roles) } : {}),
    ...(servers ? { servers: itemsOf(servers).map((server) => ({ ...restOf(server, ["roles"]), ...rolesIn(server) })) } : {}),
  };
}

/** Until v3.0 a list of people, from v3.1 on a team with members. */
function teamOf(team: YamlNode): Properties {
  const name = memberOf(team, "name");
  const members = team.kind === "list" ? team : memberOf(team, "members");
  const roles = itemsOf(members).flatMap((member) => textOf(memberOf(member, "role")) ?? []);
  return withoutAddresses({ ...(name ? { name: json(name, []) } : {}), members: [...new Set(roles)].map((role) => ({ role })) });
}

const rolesOf = (roles: YamlNode): Json[] => itemsOf(roles).map((role) => restOf(role, ["firstLevelApprovers", "secondLevelApprovers"]));

function rolesIn(server: YamlNode): Properties {
  const roles = memberOf(server, "roles");
  return roles ? { roles: rolesOf(roles) } : {};
}

const itemsOf = (node: YamlNode | undefined): readonly YamlNode[] => (node?.kind === "list" ? node.items : []);

// Of a dataset that can be declared.
const LONGEST_NAME = 512;

/**
 * The agreements on the level of service (retention among them) that concern each object, by its place in the list: those on one of its
 * elements (`table.column`), and those of which no element is known here or that name none.
 */
export function agreementsOf(contract: YamlNode, namesOfObjects: readonly (readonly string[])[]): (object: number) => readonly Json[] {
  const objectsByName = new Map<string, number[]>();
  for (const [object, names] of namesOfObjects.entries()) {
    for (const name of new Set(names)) listIn(objectsByName, name).push(object);
  }
  const general: Json[] = [];
  const special = new Map<number, Json[]>();
  const usual = textOf(memberOf(contract, "slaDefaultElement"));
  for (const agreement of itemsOf(memberOf(contract, "slaProperties"))) {
    const elements = (textOf(memberOf(agreement, "element")) ?? usual ?? "").split(",").map((element) => element.trim());
    const kept = restOf(agreement, []);
    const concerned = new Set(elements.flatMap((element) => objectsOf(element, objectsByName)));
    if (concerned.size === 0) general.push(kept);
    for (const object of concerned) listIn(special, object).push(kept);
  }
  return (object) => [...general, ...(special.get(object) ?? [])];
}

function listIn<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

/** The objects that the longest beginning of the path names; a name may have dots in it. */
function objectsOf(path: string, objectsByName: ReadonlyMap<string, readonly number[]>): readonly number[] {
  const element = path.slice(0, LONGEST_NAME + 1);
  for (let end = element.length; end > 0; end = element.lastIndexOf(".", end - 1)) {
    const objects = objectsByName.get(element.slice(0, end));
    if (objects !== undefined) return objects;
  }
  return [];
}
