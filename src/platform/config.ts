import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { addPeriod, isDuration, isZone } from "./calendar";
import { isHolidayCode } from "./holidays";

export type Role = "api" | "worker";

/** Everything that the environment decides (DESIGN.md, "Operating contract"). */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly roles: ReadonlySet<Role>;
  /** Unset: embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly keysFile: string;
  readonly bootstrapToken?: string;
  readonly oidc?: { readonly issuer: string; readonly audience: string };
  /** ISO 8601 durations. */
  readonly coolingOff: string;
  readonly verifyAfter: string;
  readonly reverify: readonly string[];
  readonly approval: "four-eyes" | "none";
  /** The controller's IANA time zone, and the country or region code of its public holidays. */
  readonly zone: string;
  readonly holidays?: string;
  /** CIDR ranges that outbound calls may reach although they are private. */
  readonly outboundAllow: readonly string[];
  readonly publicUrl: string;
  readonly clockFile?: string;
  /** Erasure approvals an hour. */
  readonly massLimit: number;
  /** Name of the audit log in its checkpoints; settled with the first one. */
  readonly auditOrigin: string;
  /** Who is asked to cosign our checkpoints. */
  readonly witnesses: readonly WitnessAddress[];
  /** vkeys of the logs that we witness. */
  readonly witnessedLogs: readonly string[];
  /** A program that signs checkpoints in the place of the keys file: gets the bytes on standard input, answers 64 bytes in base64. */
  readonly auditSigner?: { readonly command: string; readonly vkey: string };
  /** How long entries of the audit log are kept, as an ISO 8601 duration; unset: for ever. */
  readonly auditKeep?: string;
  readonly logLevel: string;
  readonly production: boolean;
}

/** A witness (C2SP tlog-witness): its vkey and the URL of its `add-checkpoint`. */
export interface WitnessAddress {
  readonly vkey: string;
  readonly url: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the whole configuration; throws one error that names every wrong value at once. `<NAME>_FILE` gives a secret by file. */
export function readConfig(env: Env): Config {
  const faults: string[] = [];
  const secret = (name: string): string | undefined => {
    const file = env[`${name}_FILE`];
    if (!file) return env[name] || undefined;
    try {
      return readFileSync(file, "utf8").trim();
    } catch {
      faults.push(`${name}_FILE: the file cannot be read`);
      return undefined;
    }
  };
  const take = <T>(name: string, fallback: string, parse: (text: string) => T | undefined, expected: string): T => {
    const value = parse(env[name] || fallback);
    if (value === undefined) faults.push(`${name}: expected ${expected}`);
    return value as T;
  };
  const duration = (name: string, fallback: string): string =>
    take(name, fallback, (text) => (isDuration(text) ? text : undefined), "an ISO 8601 duration such as PT1H");
  const list = (text: string): string[] => text.split(",").map((part) => part.trim()).filter(Boolean);

  const production = env.NODE_ENV === "production";
  const dataDir = resolve(env.CADASTRE_DATA_DIR || ".data");
  const port = take("PORT", "4000", (text) => (/^\d{1,5}$/.test(text) && Number(text) < 65536 ? Number(text) : undefined), "a port number");
  const host = env.CADASTRE_HOST || "127.0.0.1";
  const issuer = env.CADASTRE_OIDC_ISSUER || undefined;
  const audience = env.CADASTRE_OIDC_AUDIENCE || undefined;
  if ((issuer === undefined) !== (audience === undefined)) {
    faults.push("CADASTRE_OIDC_ISSUER, CADASTRE_OIDC_AUDIENCE: set both or neither");
  }
  for (const name of ["CADASTRE_OIDC_ISSUER", "CADASTRE_PUBLIC_URL"]) {
    if (env[name] && !isHttpUrl(env[name])) faults.push(`${name}: expected an http or https URL`);
  }
  if (production && env.CADASTRE_CLOCK_FILE) faults.push("CADASTRE_CLOCK_FILE: refused under NODE_ENV=production");

  const config: Config = {
    port,
    host,
    roles: take("CADASTRE_ROLES", "api,worker", parseRoles, "api, worker or both, comma-separated"),
    databaseUrl: takeUrl(secret("DATABASE_URL"), faults),
    dataDir,
    keysFile: resolve(env.CADASTRE_KEYS_FILE || `${dataDir}/keys.json`),
    bootstrapToken: secret("CADASTRE_BOOTSTRAP_TOKEN"),
    oidc: issuer !== undefined && audience !== undefined ? { issuer, audience } : undefined,
    coolingOff: duration("CADASTRE_COOLING_OFF", "PT1H"),
    verifyAfter: duration("CADASTRE_VERIFY_AFTER", "PT5M"),
    reverify: take("CADASTRE_REVERIFY", "P7D,P30D", (text) => (list(text).every(isDuration) ? list(text) : undefined), "ISO 8601 durations, comma-separated"),
    approval: take("CADASTRE_APPROVAL", "four-eyes", (text) => (text === "four-eyes" || text === "none" ? text : undefined), "four-eyes or none"),
    zone: take("CADASTRE_ZONE", "UTC", (text) => (isZone(text) ? text : undefined), "an IANA time zone such as Europe/Berlin"),
    holidays: take("CADASTRE_HOLIDAYS", "none", (text) => (text === "none" || isHolidayCode(text) ? text : undefined), "a country or region code such as DE or GB-ENG"),
    outboundAllow: take("CADASTRE_OUTBOUND_ALLOW", "", (text) => (list(text).every(ipaddr.isValidCIDR) ? list(text) : undefined), "CIDR ranges such as 10.0.0.0/8, comma-separated"),
    publicUrl: (env.CADASTRE_PUBLIC_URL || `http://${host}:${port}`).replace(/\/+$/, ""),
    clockFile: env.CADASTRE_CLOCK_FILE || undefined,
    massLimit: take("CADASTRE_MASS_LIMIT", "1000", (text) => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined), "a positive whole number"),
    auditOrigin: take("CADASTRE_AUDIT_ORIGIN", `${host}:${port}/audit`, (text) => (/^[^\s+]{1,255}$/.test(text) ? text : undefined), "a name without spaces and plus signs, such as audit.example.com/cadastre"),
    witnesses: take("CADASTRE_WITNESSES", "", parseWitnesses, "witnesses as `vkey URL`, comma-separated"),
    witnessedLogs: list(env.CADASTRE_WITNESSED_LOGS ?? ""),
    auditSigner: takeAuditSigner(env, faults),
    auditKeep: env.CADASTRE_AUDIT_KEEP ? take("CADASTRE_AUDIT_KEEP", "", parseKeep, "an ISO 8601 duration of a day or more, such as P7Y") : undefined,
    logLevel: take("CADASTRE_LOG_LEVEL", "info", (text) => (/^(trace|debug|info|warn|error|fatal|silent)$/.test(text) ? text : undefined), "trace, debug, info, warn, error, fatal or silent"),
    production,
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return config.holidays === "none" ? { ...config, holidays: undefined } : config;
}

export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is wrong in ${faults.length} place(s):\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  }
}

function parseRoles(text: string): ReadonlySet<Role> | undefined {
  const roles = text.split(",").map((part) => part.trim());
  return roles.every((role): role is Role => role === "api" || role === "worker") ? new Set(roles) : undefined;
}

const EPOCH = new Date(0);

function parseKeep(text: string): string | undefined {
  return isDuration(text) && addPeriod(EPOCH, text) >= addPeriod(EPOCH, "P1D") ? text : undefined;
}

function parseWitnesses(text: string): readonly WitnessAddress[] | undefined {
  const found = text.split(",").filter((part) => part.trim() !== "").map((part) => part.trim().split(/\s+/));
  if (!found.every(([, url, ...more]) => url !== undefined && isHttpUrl(url) && more.length === 0)) return undefined;
  return found.map(([vkey, url]) => ({ vkey: vkey as string, url: url as string }));
}

function takeAuditSigner(env: Env, faults: string[]): Config["auditSigner"] {
  const { CADASTRE_AUDIT_SIGN_COMMAND: command, CADASTRE_AUDIT_SIGN_VKEY: vkey } = env;
  if (!command !== !vkey) faults.push("CADASTRE_AUDIT_SIGN_COMMAND, CADASTRE_AUDIT_SIGN_VKEY: set both or neither");
  return command && vkey ? { command, vkey } : undefined;
}

const isHttpUrl = (text: string): boolean => /^https?:\/\//.test(text) && URL.canParse(text);

function takeUrl(text: string | undefined, faults: string[]): string | undefined {
  if (text !== undefined && !/^postgres(ql)?:\/\//.test(text)) faults.push("DATABASE_URL: expected postgres://user@host/database");
  return text;
}
