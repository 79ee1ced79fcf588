import { createToken } from "../../src/access";
import type { Role } from "../../src/access";
import { setup } from "../support/setup";
import { type GraphqlAnswer, startServer } from "../support/server";

/** A world with the real server before it, asked as an editor unless another role is named. */
export async function catalogWorld() {
  const world = await setup();
  const server = await startServer(world);
  const tokens = new Map<Role, string>();
  const tokenOf = async (role: Role): Promise<string> => {
    const known = tokens.get(role) ?? (await createToken(world.deps, { principal: `the ${role}`, roles: [role], actor: "test" })).token;
    tokens.set(role, known);
    return known;
  };
  return {
    ...world,
    server,
    /** The data; throws what was refused. */
    async ask<Data = Record<string, never>>(query: string, variables: Record<string, unknown> = {}, role: Role = "editor"): Promise<Data> {
      const { data, errors } = await server.graphql<Data>(query, variables, await tokenOf(role));
      if (errors !== undefined) throw Object.assign(new Error(errors[0]!.message), errors[0]!.extensions);
      return data;
    },
    /** The whole answer of a mutation with one `input`. */
    async mutate(name: string, input: Record<string, unknown>, selection: string, role: Role = "editor"): Promise<GraphqlAnswer<Record<string, never> | null>> {
      const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
      return server.graphql(`mutation ($input: ${type}) { ${name}(input: $input) { ${selection} } }`, { input }, await tokenOf(role));
    },
    async close(): Promise<void> {
      await server.close();
      await world.close();
    },
  };
}
export type CatalogWorld = Awaited<ReturnType<typeof catalogWorld>>;
