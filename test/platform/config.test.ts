import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ConfigError, readConfig } from "../../src/platform/config";

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe("the configuration", () => {
  test("has a default for everything", () => {
    expect(readConfig({})).toEqual({
      auditOrigin: "127.0.0.1:4000/audit",
      witnesses: [],
      witnessedLogs: [],
      auditSigner: undefined,
      auditKeep: undefined,
      port: 4000,
      host: "127.0.0.1",
      roles: new Set(["api", "worker"]),
      databaseUrl: undefined,
      dataDir: resolve(".data"),
      keysFile: resolve(".data/keys.json"),
      bootstrapToken: undefined,
      oidc: undefined,
      coolingOff: "PT1H",
      verifyAfter: "PT5M",
      reverify: ["P7D", "P30D"],
      approval: "four-eyes",
      zone: "UTC",
      holidays: undefined,
      outboundAllow: [],
      publicUrl: "http://127.0.0.1:4000",
      clockFile: undefined,
      massLimit: 1000,
      logLevel: "info",
      production: false,
    });
  });

  test("is what the environment says", () => {
    const config = readConfig({
      PORT: "8080",
      CADASTRE_ROLES: "worker",
      DATABASE_URL: "postgres://cadastre@db/cadastre",
      CADASTRE_DATA_DIR: "/var/lib/cadastre",
      CADASTRE_OIDC_ISSUER: "https://login.example.org",
      CADASTRE_OIDC_AUDIENCE: "cadastre",
      CADASTRE_REVERIFY: "P1D, P2D",
      CADASTRE_ZONE: "Europe/Berlin",
      CADASTRE_HOLIDAYS: "DE-BY",
      CADASTRE_OUTBOUND_ALLOW: "10.0.0.0/8, fd00::/8",
      CADASTRE_PUBLIC_URL: "https://cadastre.example.org/",
      CADASTRE_AUDIT_ORIGIN: "audit.example.org/cadastre",
      CADASTRE_AUDIT_KEEP: "P7Y",
      CADASTRE_AUDIT_SIGN_COMMAND: "/opt/sign --key 7",
      CADASTRE_AUDIT_SIGN_VKEY: "audit.example.org/cadastre+0a1b2c3d+AQ==",
      CADASTRE_WITNESSES: "w.example+00000001+BA== https://w.example/, v.example+00000002+BA==  http://10.0.0.1/add-checkpoint",
      CADASTRE_WITNESSED_LOGS: "other.example+00000003+AQ==, third.example+00000004+AQ==",
      NODE_ENV: "production",
    });
    expect(config).toMatchObject({
      port: 8080,
      roles: new Set(["worker"]),
      databaseUrl: "postgres://cadastre@db/cadastre",
      keysFile: "/var/lib/cadastre/keys.json",
      oidc: { issuer: "https://login.example.org", audience: "cadastre" },
      reverify: ["P1D", "P2D"],
      zone: "Europe/Berlin",
      holidays: "DE-BY",
      outboundAllow: ["10.0.0.0/8", "fd00::/8"],
      publicUrl: "https://cadastre.example.org",
      auditOrigin: "audit.example.org/cadastre",
      auditKeep: "P7Y",
      auditSigner: { command: "/opt/sign --key 7", vkey: "audit.example.org/cadastre+0a1b2c3d+AQ==" },
      witnesses: [
        { vkey: "w.example+00000001+BA==", url: "https://w.example/" },
        { vkey: "v.example+00000002+BA==", url: "http://10.0.0.1/add-checkpoint" },
      ],
      witnessedLogs: ["other.example+00000003+AQ==", "third.example+00000004+AQ=="],
      production: true,
    });
  });

  test("treats an empty variable as unset", () => {
    expect(readConfig({ PORT: "", DATABASE_URL: "", CADASTRE_OIDC_ISSUER: "", CADASTRE_PUBLIC_URL: "" })).toEqual(readConfig({}));
  });

  test("names every wrong value at once, and repeats none", () => {
    const env = {
      PORT: "65536",
      CADASTRE_ROLES: "api,cook",
      DATABASE_URL: "mysql://u:geheim@h/d",
      CADASTRE_BOOTSTRAP_TOKEN_FILE: "/nowhere/token",
      CADASTRE_OIDC_ISSUER: "login",
      CADASTRE_COOLING_OFF: "1 hour",
      CADASTRE_VERIFY_AFTER: "-PT5M",
      CADASTRE_REVERIFY: "P7D,soon",
      CADASTRE_APPROVAL: "two-eyes",
      CADASTRE_ZONE: "Europe/Atlantis",
      CADASTRE_HOLIDAYS: "GB-ZZ",
      CADASTRE_OUTBOUND_ALLOW: "10.1.0.0",
      CADASTRE_PUBLIC_URL: "cadastre.example.org",
      CADASTRE_CLOCK_FILE: "/tmp/clock",
      CADASTRE_MASS_LIMIT: "-3",
      CADASTRE_LOG_LEVEL: "loud",
      CADASTRE_AUDIT_ORIGIN: "our log",
      CADASTRE_AUDIT_KEEP: "PT23H",
      CADASTRE_WITNESSES: "w.example+00000001+BA== ftp://w.example/",
      NODE_ENV: "production",
    };
    const faults = faultsOf(env).join("\n");
    const { NODE_ENV, ...wrong } = env;
    expect(NODE_ENV).toBe("production");
    for (const [name, value] of Object.entries(wrong)) {
      expect(faults).toContain(`${name}: `);
      expect(faults).not.toContain(value);
    }
    expect(() => readConfig(env)).toThrow(/wrong in 20 place\(s\):\n/);
  });

  test.each(["our+log", " ", "x".repeat(256)])("takes no name of the audit log such as %j, which a checkpoint could not carry", (name) => {
    expect(faultsOf({ CADASTRE_AUDIT_ORIGIN: name })).toHaveLength(1);
  });

  test.each(["w.example+00000001+BA==", "https://w.example/", "w.example+00000001+BA== https://w.example/ more"])("takes no witness such as %j", (witness) => {
    expect(faultsOf({ CADASTRE_WITNESSES: witness })).toEqual(["CADASTRE_WITNESSES: expected witnesses as `vkey URL`, comma-separated"]);
  });

  test("keeps audit entries for a day at least, or for ever", () => {
    for (const keep of ["PT1H", "P0D", "P0Y", "for ever"]) expect(faultsOf({ CADASTRE_AUDIT_KEEP: keep })).toHaveLength(1);
    for (const keep of ["PT24H", "P1D", "P1M"]) expect(readConfig({ CADASTRE_AUDIT_KEEP: keep }).auditKeep).toBe(keep);
  });

  test("takes a program that signs checkpoints with its vkey only, and the other way round", () => {
    for (const half of ["CADASTRE_AUDIT_SIGN_COMMAND", "CADASTRE_AUDIT_SIGN_VKEY"]) {
      expect(faultsOf({ [half]: "x" })).toEqual(["CADASTRE_AUDIT_SIGN_COMMAND, CADASTRE_AUDIT_SIGN_VKEY: set both or neither"]);
    }
  });

  test("takes the clock file outside production only", () => {
    expect(readConfig({ CADASTRE_CLOCK_FILE: "/tmp/clock" }).clockFile).toBe("/tmp/clock");
    expect(faultsOf({ CADASTRE_CLOCK_FILE: "/tmp/clock", NODE_ENV: "production" })).toHaveLength(1);
  });

  describe("takes secrets by file", () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "cadastre-config-"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test("without the line break at its end", () => {
      const file = join(folder, "token");
      writeFileSync(file, "s3cret\n");
      expect(readConfig({ CADASTRE_BOOTSTRAP_TOKEN_FILE: file }).bootstrapToken).toBe("s3cret");
    });

    test("and checks what it holds", () => {
      const file = join(folder, "url");
      writeFileSync(file, "mysql://h/d");
      expect(faultsOf({ DATABASE_URL_FILE: file })).toEqual(["DATABASE_URL: expected postgres://user@host/database"]);
    });
  });
});
