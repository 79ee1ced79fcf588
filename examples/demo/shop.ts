import type { Person } from "../shop/people/people";
import { SERVICES } from "../shop/services/all-services";
import type { Children, Ended } from "./children";
import { type Cadastre, statusOf } from "./cadastre";

/** The example company: where its services listen, and their databases by name. */
export interface Shop {
  readonly ports: ReadonlyMap<string, number>;
  readonly databases: ReadonlyMap<string, string>;
}

/** The descriptor with the ports that the services have here. */
export function descriptorFor(descriptor: string, { ports }: Shop): string {
  const portHere = (written: number): number => ports.get(SERVICES.find(({ port }) => port === written)?.key ?? "") ?? written;
  return descriptor.replace(/(?<=endpointUrl: http:\/\/127\.0\.0\.1:)\d+/g, (written) => String(portHere(Number(written))));
}

/** Starts the six services as processes. Support asks for permits and reports accesses, and so needs a token of its own. */
export async function openShop(children: Children, { ports, databases }: Shop, cadastre: Cadastre): Promise<void> {
  const token = await cadastre.createToken("service:support", "service", "support");
  await Promise.all(
    SERVICES.map(({ key }) => {
      const env = {
        PORT: String(ports.get(key)),
        DATABASE_URL: databases.get(key) ?? "",
        CADASTRE_URL: cadastre.url,
        ...(key === "support" ? { CADASTRE_TOKEN: token } : {}),
        // For the demo's own test: a service that keeps what it was told to erase.
        ...(process.env.SHOP_LIE ? { SHOP_LIE: process.env.SHOP_LIE } : {}),
      };
      const isListening = async (): Promise<boolean> => (await statusOf(`http://127.0.0.1:${env.PORT}`)) !== undefined;
      return children.serve(key, { args: [require.resolve("../shop/main"), key], env }, isListening);
    }),
  );
}

/** Lets another program look for the person in all databases, by everything that the demo knows of them from before. */
export function lookIndependently(children: Children, { databases }: Shop, person: Person, certificateFile?: string): Promise<Ended> {
  const { customerId, name, email, phone } = person;
  const question = { databases: [...databases.values()], knownBy: [customerId, name, email, phone] };
  const args = [require.resolve("../shop/independent-look"), ...(certificateFile ? [certificateFile] : [])];
  return children.run({ args }, JSON.stringify(question));
}
