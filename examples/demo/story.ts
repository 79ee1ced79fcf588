import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { makePeople, pickWitness } from "../shop/people/people";
import { SERVICES } from "../shop/services/all-services";
import { Cadastre } from "./cadastre";
import { makeDatabases } from "./databases";
import { followToCertificate, recordCompletion, type Staff, submit } from "./erasure";
import { findFreePorts } from "./free-ports";
import { descriptorFor, lookIndependently, openShop, type Shop } from "./shop";
import type { Stage } from "./stage";

const CADASTRE_PORT = 4000;
const CERTIFICATE_WITHIN_MS = 75_000;
/** What the witness's traces have to come to: all is gone but the invoices that the tax office wants kept. */
const EXPECTED_RESULT = "COMPLETE_EXCEPT_RETAINED";

/** One erasure, from a letter to a certificate that holds. */
export class Story {
  private readonly person = pickWitness(makePeople());
  private readonly certificateFile: string;
  private cadastre!: Cadastre;

  constructor(
    private readonly root: string,
    private readonly stage: Stage,
  ) {
    this.certificateFile = join(stage.dataDir, "certificate.json");
  }

  /** Throws unless the erasure ends as it should, its certificate is genuine, and an independent look finds that it is true. */
  async tell(): Promise<void> {
    const shop = await this.setUp();
    const { name } = this.person;
    const officer = await this.cadastre.createToken("olga.officer", "privacy-officer");
    const approver = await this.cadastre.createToken("arno.approver", "approver");
    const staff: Staff = { officer, approver };

    say(`${name}, a customer, asks to be forgotten. An independent look into every table of the company finds (rows, table):`);
    if ((await this.look(shop)).length === 0) throw new Error("the independent look is blind: it does not find a customer who is there");
    const request = await submit(this.cadastre, staff, this.person);
    say("the privacy officer submits the request, with an e-mail address and a telephone number; another person will approve it");
    const patience = AbortSignal.timeout(CERTIFICATE_WITHIN_MS);
    const certificate = await followToCertificate(this.cadastre, staff, request, patience).catch((error: unknown) => {
      throw patience.aborted ? new Error(`there was no certificate within ${CERTIFICATE_WITHIN_MS / 1000} s`) : error;
    });
    writeFileSync(this.certificateFile, certificate);

    say(`the certificate, checked offline: cadastre verify ${this.pathOf(this.certificateFile)} --key …`);
    show(await this.cadastre.verify(this.certificateFile));
    const { state, result } = await recordCompletion(this.cadastre, staff, request);
    say(`${name} is told, and the request is ${state}. The same independent look finds:`);
    await this.look(shop, this.certificateFile);
    if (result !== EXPECTED_RESULT) throw new Error(`the erasure ended ${result}, it should end ${EXPECTED_RESULT}`);
    say("exactly what the certificate says is retained, and nothing else");
    say(`meanwhile an agent of support read the tickets of ${await this.cadastre.countAccesses()} customers: each access is an entry of the audit log`);
  }

  /** Where to go on from here. */
  async invite(): Promise<void> {
    const { url } = this.cadastre;
    const token = await this.cadastre.createToken("demo", "admin");
    console.log(`
Everything keeps running until Ctrl-C.

  GraphiQL      ${url}/graphql
  admin token   ${token}   (shown only now)
  certificate   ${this.pathOf(this.certificateFile)}

  CADASTRE_URL=${url} CADASTRE_TOKEN=… npx cadastre plan -f examples/shop/cadastre.yaml
`);
  }

  private async setUp(): Promise<Shop> {
    const { dataDir, databaseUrl, children } = this.stage;
    const names = SERVICES.map(({ key }) => key);
    const [port = 0, ...ports] = await findFreePorts([CADASTRE_PORT, ...SERVICES.map((service) => service.port)]);
    const [, ...databases] = await makeDatabases(databaseUrl, ["cadastre", ...names]);
    const shop: Shop = { ports: new Map(names.map((name, at) => [name, ports[at] as number])), databases: new Map(databases) };
    say(`PostgreSQL runs in ${this.pathOf(dataDir)}`);

    const program = join(this.root, "bin/cadastre.js");
    const bootstrapToken = `cad_${randomBytes(32).toString("base64url")}`;
    this.cadastre = await Cadastre.start(children, { program, port, dataDir, bootstrapToken });
    say(`Cadastre serves ${this.cadastre.url}`);
    await this.cadastre.apply(descriptorFor(readFileSync(join(this.root, "examples/shop/cadastre.yaml"), "utf8"), shop));
    say("the catalog knows the example company: cadastre apply -f examples/shop/cadastre.yaml");
    await openShop(children, shop, this.cadastre);
    say(`its services run, a process and a database each: ${names.join(", ")}`);
    return shop;
  }

  /** Shows what another program finds, and answers it; throws unless that is what the certificate says, if there is one. */
  private async look(shop: Shop, certificateFile?: string): Promise<string[]> {
    const { code, out, err } = await lookIndependently(this.stage.children, shop, this.person, certificateFile);
    const found = out.split("\n").filter(Boolean);
    show(found);
    if (code !== 0) throw new Error(`the independent look does not find what the certificate says:\n${err.trim()}`);
    return found;
  }

  private pathOf(path: string): string {
    return relative(process.cwd(), path);
  }
}

function say(line: string): void {
  console.log(`${(performance.now() / 1000).toFixed(1).padStart(5)} s  ${line}`);
}

const show = (lines: readonly string[]): void => lines.forEach((line) => console.log(`         ${line}`));
