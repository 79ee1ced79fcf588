import { parseArgs } from "node:util";
import { type Command, EXIT, print, usageError } from "./command";
import { askServer } from "./graphql-client";

const CREATE_TOKEN = "mutation ($input: CreateTokenInput!) { createToken(input: $input) { token } }";

export const createTokenCommand: Command = {
  name: "token create",
  usage: "--principal P --role R [--role R]… [--service K] [--expires D]",
  help: `Makes a bearer token and prints it, this once.
  --principal P  who its holder is, in approvals and in the audit log
  --role R       a role; may be repeated
  --service K    key of the service that it speaks for
  --expires D    after a duration such as P30D, or at an instant such as 2027-01-01T00:00:00Z; without it the token does not expire`,
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        principal: { type: "string" },
        role: { type: "string", multiple: true },
        service: { type: "string" },
        expires: { type: "string" },
      },
    });
    const { principal, role: roles, service, expires } = values;
    if (!principal || !roles) throw usageError("--principal and --role are needed");
    const end = expires === undefined ? {} : expires.startsWith("P") ? { expiresIn: expires } : { expiresAt: expires };
    const input = { principal, roles, service, ...end };
    const { createToken } = await askServer<{ createToken: { token: string } }>(CREATE_TOKEN, { input });
    print(createToken.token);
    return EXIT.ok;
  },
};
